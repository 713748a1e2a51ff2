import { Clock, SystemClock } from '@a3cp/capture-domain';
import { BearerSecret } from '@a3cp/service';
import { Module } from '@nestjs/common';
import { CapturesController } from './captures.controller.js';
import { DecodeQueue } from './decode-queue.js';
import { STREAM_SECRET } from './landmark-extractor.gateway.js';
import {
  ConfigurableModuleClass,
  type LandmarkExtractorModuleOptions,
  MODULE_OPTIONS_TOKEN,
} from './landmark-extractor.module-definition.js';
import { LandmarkQueue } from './landmark-queue.js';
import { LandmarkFinder } from './landmarks/landmark-finder.js';
import { ThreadedLandmarkFinder } from './landmarks/threaded-landmark-finder.js';
import { LandmarksController } from './landmarks.controller.js';
import { PictureDecoder } from './picture-decoder.js';
import { ReferenceExtractor } from './reference-extractor.js';
import { ResultAnswers } from './result-answers.js';
import { ResultReaders } from './result-readers.js';

/**
 * The reference extractor for a Nest application that uses `WsAdapter`: `forRoot(options)` or `forRootAsync({ … })`.
 * {@link ReferenceExtractor} takes captures in the same process; with `direct_stream: true` gateways of other processes can
 * stream captures to it.
 */
@Module({
  controllers: [CapturesController, LandmarksController],
  providers: [
    ReferenceExtractor,
    PictureDecoder,
    DecodeQueue,
    LandmarkQueue,
    ResultAnswers,
    ResultReaders,
    { provide: Clock, useClass: SystemClock },
    {
      provide: STREAM_SECRET,
      inject: [MODULE_OPTIONS_TOKEN],
      useFactory: ({ stream_secret }: LandmarkExtractorModuleOptions) =>
        stream_secret == null ? null : new BearerSecret(stream_secret),
    },
    {
      provide: LandmarkFinder,
      inject: [MODULE_OPTIONS_TOKEN, Clock],
      useFactory: ({ landmark_threads }: LandmarkExtractorModuleOptions, clock: Clock) =>
        landmark_threads > 0 ? new ThreadedLandmarkFinder(landmark_threads, clock) : null,
    },
  ],
  exports: [ReferenceExtractor],
})
export class LandmarkExtractorModule extends ConfigurableModuleClass {}
