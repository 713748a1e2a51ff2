import { Module } from '@nestjs/common';
import { CaptureModule } from './capture.module.js';
import { CareController } from './care.controller.js';
import { ExtractorModule } from './extractor.js';
import { ResultsGateway } from './results.gateway.js';
import { SessionsModule } from './sessions.js';

@Module({
  imports: [CaptureModule, ExtractorModule, SessionsModule],
  controllers: [CareController],
  providers: [ResultsGateway],
})
export class AppModule {}
