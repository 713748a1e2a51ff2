import { CONNECTIONS, type Connections } from '../connections.js';
import { type DynamicModule, type FactoryProvider, Module, type ModuleMetadata } from '@nestjs/common';
import { TerminusModule } from '@nestjs/terminus';
import { HealthController, PEERS } from './health.controller.js';

/** Reports the application's peers: a factory as Nest's `forRootAsync` takes it. */
export type PeersFactory = Pick<ModuleMetadata, 'imports'> &
  Pick<FactoryProvider<Connections>, 'inject' | 'useFactory'>;

/** `GET /health/live` and `GET /health/ready`, for orchestrators and balancers. PROTOCOL.md, "Shutdown". */
@Module({
  // terminus would log an error for each request while the application is stopping
  imports: [TerminusModule.forRoot({ logger: false })],
  controllers: [HealthController],
})
export class HealthModule {
  /**
   * For an application that is ready only while it has these connections.
   *
   * @param peers shown in the details of readiness, and not needed for it
   */
  static with(connections: Connections, peers?: PeersFactory): DynamicModule {
    const { imports = [], inject = [], useFactory = () => ({}) } = peers ?? {};
    return {
      module: HealthModule,
      imports,
      providers: [
        { provide: CONNECTIONS, useValue: connections },
        { provide: PEERS, inject, useFactory },
      ],
      exports: [CONNECTIONS],
    };
  }
}
