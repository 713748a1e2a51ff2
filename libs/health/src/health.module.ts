import { Module } from '@nestjs/common';
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
export class HealthModule {}
