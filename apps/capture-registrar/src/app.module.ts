import { SystemClock } from '@a3cp/capture-domain';
import { HealthModule } from '@a3cp/service/program';
import { OwnServerModule } from '@a3cp/service';
import { NatsCaptureRegistrar } from '@a3cp/landmark-forwarders/nats';
import { type DynamicModule, Module } from '@nestjs/common';
import type { CaptureRegistrarConfig } from './config.js';

/** The service that keeps the claims of all gateways. docs/integration/several-gateways.md. */
@Module({})
export class AppModule {
  static with({ nats_url, limits }: CaptureRegistrarConfig): DynamicModule {
    const registrar = new NatsCaptureRegistrar(nats_url, limits, new SystemClock());
    return {
      module: AppModule,
      imports: [HealthModule.with({ nats: () => registrar.fault }), OwnServerModule],
      providers: [{ provide: NatsCaptureRegistrar, useValue: registrar }],
    };
  }
}
