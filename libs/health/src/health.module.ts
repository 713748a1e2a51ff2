import { Module } from '@nestjs/common';
import { HealthController } from './health.controller.js';

/**
 * `GET /health/live` and `GET /health/ready`, for whatever starts, stops and balances the application. PROTOCOL.md,
 * "Shutdown".
 */
@Module({ controllers: [HealthController] })
export class HealthModule {}
