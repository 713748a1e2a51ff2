import { HealthModule } from '@a3cp/health';
import { type DynamicModule, Module } from '@nestjs/common';
import type { SessionManagerConfig } from './config.js';
import { SessionManagerModule } from './session-manager.module.js';

/** The stub of session_manager as a service of its own. */
@Module({})
export class AppModule {
  static with({ ticket_secret, gateway }: SessionManagerConfig): DynamicModule {
    return { module: AppModule, imports: [HealthModule, SessionManagerModule.with({ ticket_secret, gateway })] };
  }
}
