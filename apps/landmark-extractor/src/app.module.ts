import { HealthModule } from '@a3cp/health';
import { type DynamicModule, Module } from '@nestjs/common';
import type { LandmarkExtractorConfig } from './config.js';
import { LandmarkExtractorModule } from './landmark-extractor.module.js';

/** The extractor as a service of its own. */
@Module({})
export class AppModule {
  static with({ landmark_threads }: LandmarkExtractorConfig): DynamicModule {
    return { module: AppModule, imports: [HealthModule, LandmarkExtractorModule.forRoot({ landmark_threads })] };
  }
}
