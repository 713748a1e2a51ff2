import { Clock, SystemClock } from '@a3cp/capture-domain';
import { Module } from '@nestjs/common';
import { CapturesController } from './captures.controller.js';
import { LandmarkExtractorGateway } from './landmark-extractor.gateway.js';
import { ReferenceExtractor } from './reference-extractor.js';

/** The reference extractor for a Nest application that uses `WsAdapter`; {@link ReferenceExtractor} takes captures in the same process. */
@Module({
  controllers: [CapturesController],
  providers: [ReferenceExtractor, LandmarkExtractorGateway, { provide: Clock, useClass: SystemClock }],
  exports: [ReferenceExtractor],
})
export class LandmarkExtractorModule {}
