import { HealthModule } from '@a3cp/health';
import { Module } from '@nestjs/common';
import { SessionManagerModule } from './session-manager.module.js';

/** The stub of session_manager as a service of its own. */
@Module({ imports: [HealthModule, SessionManagerModule] })
export class AppModule {}
