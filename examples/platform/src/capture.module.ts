import { CameraFeedModule, TicketAuthorizer } from '@a3cp/camera-feed';
import { InProcessLandmarkForwarder } from '@a3cp/landmark-forwarders';
import { Module } from '@nestjs/common';
import { secret, sessionsClosedSecret } from './config.js'; // at least 32 bytes each
import { Extractor, ExtractorModule } from './extractor.js'; // a LandmarkExtractor, and the module that exports it
import { Sessions, SessionsModule } from './sessions.js'; // a SessionValidator, likewise

@Module({
  imports: [
    CameraFeedModule.forRootAsync({
      imports: [ExtractorModule, SessionsModule],
      inject: [Extractor, Sessions],
      useFactory: (extractor: Extractor, sessions: Sessions) => ({
        landmarkForwarder: new InProcessLandmarkForwarder(extractor), // or your own LandmarkForwarder
        sessionValidator: sessions, // or an HttpSessionValidator
        limits: { max_concurrent_captures: 200 }, // what differs from the defaults
        admission: { allowed_origins: ['https://care.example'] }, // else: pages of the same host
        captureAuthorizer: () => new TicketAuthorizer({ secret }), // or your own CaptureAuthorizer; else: none
        sessionsClosedSecret, // authenticates reports of ended sessions; else: none are accepted
      }),
    }),
  ],
})
export class CaptureModule {}
