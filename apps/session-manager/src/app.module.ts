import { HealthModule } from '@a3cp/health';
import { type DynamicModule, Module } from '@nestjs/common';
import type { SessionManagerConfig } from './config.js';
import { SessionManagerModule } from './session-manager.module.js';

/** The stub of session_manager as a service of its own. */
@Module({})
export class AppModule {
  static with({ ticket_secret }: SessionManagerConfig): DynamicModule {
    const stub = ticket_secret === null ? SessionManagerModule : SessionManagerModule.withTickets(ticket_secret);
    return { module: AppModule, imports: [HealthModule, stub] };
  }
}
