import { HealthModule } from '@a3cp/health';
import { Module } from '@nestjs/common';
import { LandmarkExtractorModule } from './landmark-extractor.module.js';

/** The extractor as a service of its own. */
@Module({ imports: [HealthModule, LandmarkExtractorModule] })
export class AppModule {}
