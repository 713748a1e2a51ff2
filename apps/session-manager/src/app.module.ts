import { HealthModule } from '@a3cp/service/program';
import { OwnServerModule } from '@a3cp/service';
import { type DynamicModule, Module } from '@nestjs/common';
import type { SessionManagerConfig } from './config.js';
import { SessionManagerModule } from './session-manager.module.js';

/** The stub of session_manager as a stand-alone service. */
@Module({})
export class AppModule {
  static with({ ticket_secret, gateway, nats_url }: SessionManagerConfig): DynamicModule {
    const stub = SessionManagerModule.with({ ticket_secret, gateway, nats_url });
    return { module: AppModule, imports: [HealthModule, OwnServerModule, stub] };
  }
}
