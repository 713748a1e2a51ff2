import { CONNECTIONS, type Connections } from '@a3cp/json-body';
import { type DynamicModule, Module } from '@nestjs/common';
import { TerminusModule } from '@nestjs/terminus';
import { HealthController } from './health.controller.js';

/**
 * `GET /health/live` and `GET /health/ready`, for whatever starts, stops and balances the application. PROTOCOL.md,
 * "Shutdown".
 */
@Module({
  // an application that stops as it was told to is no error to log, as terminus would with every question
  imports: [TerminusModule.forRoot({ logger: false })],
  controllers: [HealthController],
})
export class HealthModule {
  /** For an application that is ready only while it has these connections. */
  static with(connections: Connections): DynamicModule {
    return {
      module: HealthModule,
      providers: [{ provide: CONNECTIONS, useValue: connections }],
      exports: [CONNECTIONS],
    };
  }
}
