import { SystemClock } from '@a3cp/capture-domain';
import { HealthModule } from '@a3cp/health';
import { OwnServerModule } from '@a3cp/json-body';
import { NatsExtractorWorker } from '@a3cp/landmark-forwarders/nats';
import { type DynamicModule, Module } from '@nestjs/common';
import type { LandmarkExtractorConfig } from './config.js';
import { LandmarkExtractorModule } from './landmark-extractor.module.js';
import { ReferenceExtractor } from './reference-extractor.js';
import { LocalProgramsGuard, ResultsSecretGuard } from './results-guards.js';

/** The extractor as a service of its own: it takes captures over the direct transport, or with `nats_url` over NATS. */
@Module({})
export class AppModule {
  static with({ landmark_threads, nats_url, stream_secret, results_secret }: LandmarkExtractorConfig): DynamicModule {
    const extractorModule = LandmarkExtractorModule.forRoot({
      landmark_threads,
      stream_secret,
      results_guard: results_secret === null ? new LocalProgramsGuard() : new ResultsSecretGuard(results_secret),
      direct_stream: nats_url === null,
    });
    if (nats_url === null) return { module: AppModule, imports: [HealthModule, OwnServerModule, extractorModule] };
    let worker: NatsExtractorWorker | null = null;
    return {
      module: AppModule,
      imports: [
        HealthModule.with({ nats: () => (worker ? worker.fault : 'not started') }),
        OwnServerModule,
        extractorModule,
      ],
      providers: [
        {
          provide: NatsExtractorWorker,
          inject: [ReferenceExtractor],
          useFactory: (extractor: ReferenceExtractor) =>
            (worker = new NatsExtractorWorker(nats_url, extractor, new SystemClock())),
        },
      ],
    };
  }
}
