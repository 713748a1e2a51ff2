import { CameraFeedModule, MetricsRoute, socketLimits } from '@a3cp/camera-feed';
import { DEFAULT_CAPTURE_LIMITS } from '@a3cp/capture-domain';
import { ContractDocsModule, HealthModule } from '@a3cp/service/program';
import { OwnServerModule } from '@a3cp/service';
import {
  LandmarkExtractorModule,
  type LandmarkExtractorModuleOptions,
  ReferenceExtractor,
} from '@a3cp/landmark-extractor';
import { InProcessLandmarkForwarder } from '@a3cp/landmark-forwarders';
import { SessionManagerModule, SessionRegistry } from '@a3cp/session-manager';
import { type DynamicModule, Module } from '@nestjs/common';
import { RegistrySessionValidator } from './registry-session-validator.js';

/** The gateway, session_manager and the extractor on one origin; also how a platform imports `CameraFeedModule`. */
@Module({})
export class LocalStackModule {
  static with({ landmark_threads }: LandmarkExtractorModuleOptions): DynamicModule {
    const extractorModule = LandmarkExtractorModule.forRoot({ landmark_threads });
    return {
      module: LocalStackModule,
      providers: [MetricsRoute],
      imports: [
        HealthModule,
        OwnServerModule.with(socketLimits(DEFAULT_CAPTURE_LIMITS)),
        ContractDocsModule,
        SessionManagerModule,
        extractorModule,
        CameraFeedModule.forRootAsync({
          imports: [SessionManagerModule, extractorModule],
          inject: [SessionRegistry, ReferenceExtractor],
          useFactory: (sessions: SessionRegistry, extractor: ReferenceExtractor) => ({
            landmarkForwarder: new InProcessLandmarkForwarder(extractor),
            sessionValidator: new RegistrySessionValidator(sessions),
          }),
        }),
      ],
    };
  }
}
