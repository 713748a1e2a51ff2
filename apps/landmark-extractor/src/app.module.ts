import { SystemClock } from '@a3cp/capture-domain';
import { HealthModule } from '@a3cp/service/program';
import { OwnServerModule } from '@a3cp/service';
import { NatsExtractorWorker } from '@a3cp/landmark-forwarders/nats';
import { type DynamicModule, Module } from '@nestjs/common';
import type { LandmarkExtractorConfig } from './config.js';
import { LandmarkExtractorModule } from './landmark-extractor.module.js';
import { ReferenceExtractor } from './reference-extractor.js';
import { LocalProgramsGuard, ResultsSecretGuard } from './results-guards.js';

/** The stand-alone extractor: it receives captures over the direct transport or over NATS. */
@Module({})
export class AppModule {
  static with({ landmark_threads, forwarder, results_secret }: LandmarkExtractorConfig): DynamicModule {
    const results_guard = results_secret === null ? new LocalProgramsGuard() : new ResultsSecretGuard(results_secret);
    const options = { landmark_threads, results_guard };
    const module = AppModule;
    switch (forwarder.transport) {
      case 'direct': {
        const { secret: stream_secret } = forwarder;
        const extractorModule = LandmarkExtractorModule.forRoot({ ...options, stream_secret, direct_stream: true });
        return { module, imports: [HealthModule, OwnServerModule, extractorModule] };
      }
      case 'nats': {
        let worker: NatsExtractorWorker | null = null;
        const health = HealthModule.with({ nats: () => (worker ? worker.fault : 'not started') });
        const workerProvider = {
          provide: NatsExtractorWorker,
          inject: [ReferenceExtractor],
          useFactory: (extractor: ReferenceExtractor) =>
            (worker = new NatsExtractorWorker(forwarder.nats_url, extractor, new SystemClock())),
        };
        const extractorModule = LandmarkExtractorModule.forRoot(options);
        return { module, imports: [health, OwnServerModule, extractorModule], providers: [workerProvider] };
      }
    }
  }
}
