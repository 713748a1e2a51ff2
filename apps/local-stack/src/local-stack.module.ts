import { CameraFeedModule } from '@a3cp/camera-feed';
import { HealthModule } from '@a3cp/health';
import { LandmarkExtractorModule, ReferenceExtractor } from '@a3cp/landmark-extractor';
import { InProcessLandmarkForwarder } from '@a3cp/landmark-forwarders';
import { SessionManagerModule, SessionRegistry } from '@a3cp/session-manager';
import { Module } from '@nestjs/common';
import { RegistrySessionValidator } from './registry-session-validator.js';

/** The gateway, session_manager and the extractor on one origin; also how a platform imports `CameraFeedModule`. */
@Module({
  imports: [
    HealthModule,
    SessionManagerModule,
    LandmarkExtractorModule,
    CameraFeedModule.forRootAsync({
      imports: [SessionManagerModule, LandmarkExtractorModule],
      inject: [SessionRegistry, ReferenceExtractor],
      useFactory: (sessions: SessionRegistry, extractor: ReferenceExtractor) => ({
        landmarkForwarder: new InProcessLandmarkForwarder(extractor),
        sessionValidator: new RegistrySessionValidator(sessions),
      }),
    }),
  ],
})
export class LocalStackModule {}
