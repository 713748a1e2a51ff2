import {
  CAPTURE_LIMITS,
  CaptureClaims,
  captureLimits,
  CaptureRepository,
  CaptureService,
  CHANCE,
  Clock,
  LandmarkForwarder,
  PortWatch,
  SessionValidator,
  SystemClock,
} from '@a3cp/capture-domain';
import { BearerSecret } from '@a3cp/json-body';
import { type DynamicModule, Module } from '@nestjs/common';
import { DiscoveryModule, DiscoveryService, ModuleRef } from '@nestjs/core';
import { admissionPolicy } from './admission/admission-policy.js';
import { CaptureAuthorizer } from './admission/capture-authorizer.js';
import { HttpEdge } from './admission/http-edge.js';
import { ADMISSION_POLICY, UpgradeGate } from './admission/upgrade-gate.js';
import { CAMERA_FEED_GATEWAYS } from './camera-feed.gateway.js';
import {
  type CameraFeedModuleAsyncOptions,
  type CameraFeedModuleOptions,
  ConfigurableModuleClass,
  MODULE_OPTIONS_TOKEN,
  type RequiredOptions,
} from './camera-feed.module-definition.js';
import { requireWsAdapter } from './nest-ws-quirks.js';
import { checkedOptions } from './options.js';
import { SessionsClosedController } from './sessions-closed/sessions-closed.controller.js';
import { SESSIONS_CLOSED_SECRET } from './sessions-closed/sessions-closed.guard.js';
import { CameraFeedMetrics } from './observability/camera-feed-metrics.js';
import { CaptureMonitor } from './observability/capture-monitor.js';
import { PortLog } from './observability/port-log.js';
import { MeteredSessionValidator } from './observability/metered-session-validator.js';

/** Injection token of the options once they are checked; nothing else here uses those of the host. */
const OPTIONS = Symbol('CameraFeedModuleOptions');

const inject = [OPTIONS];

/** Each call of `forRoot` makes a module of its own, and two of them would share the paths: neither hears every message. */
const SECOND_IMPORT =
  'CameraFeedModule: forRoot or forRootAsync was called more than once; call it in one module and import that module elsewhere';

/**
 * The capture boundary, for a Nest application that uses `WsAdapter`: `forRoot(options)` or `forRootAsync({ … })`.
 * It listens on the application's own HTTP server, at the four paths of PROTOCOL.md, "Connecting".
 */
@Module({
  imports: [DiscoveryModule],
  controllers: [SessionsClosedController],
  providers: [
    CaptureRepository,
    CaptureService,
    CameraFeedMetrics,
    CaptureMonitor,
    { provide: PortWatch, useClass: PortLog },
    HttpEdge,
    UpgradeGate,
    ...CAMERA_FEED_GATEWAYS,
    { provide: OPTIONS, inject: [MODULE_OPTIONS_TOKEN], useFactory: checkedOptions },
    { provide: Clock, useClass: SystemClock },
    { provide: CHANCE, useValue: Math.random },
    {
      provide: LandmarkForwarder,
      inject: [OPTIONS, DiscoveryService],
      useFactory: ({ landmarkForwarder: given }: CameraFeedModuleOptions, discovery: DiscoveryService) =>
        isProvider(given, discovery) ? { open: given.open.bind(given) } : given,
    },
    {
      provide: CaptureAuthorizer,
      inject: [OPTIONS, DiscoveryService],
      useFactory: ({ captureAuthorizer: given }: CameraFeedModuleOptions, discovery: DiscoveryService) =>
        given && isProvider(given, discovery) ? { authorize: given.authorize.bind(given) } : (given ?? null),
    },
    {
      provide: SessionValidator,
      inject: [OPTIONS, CameraFeedMetrics, Clock],
      useFactory: ({ sessionValidator }: CameraFeedModuleOptions, metrics: CameraFeedMetrics, clock: Clock) =>
        new MeteredSessionValidator(sessionValidator, metrics, clock),
    },
    {
      provide: SESSIONS_CLOSED_SECRET,
      inject,
      useFactory: ({ sessionsClosedSecret: secret }: CameraFeedModuleOptions) =>
        secret === undefined ? null : new BearerSecret(secret),
    },
    {
      provide: CaptureClaims,
      inject: [OPTIONS, DiscoveryService],
      useFactory: ({ captureClaims: given }: CameraFeedModuleOptions, discovery: DiscoveryService) =>
        given && isProvider(given, discovery) ? { claim: given.claim.bind(given) } : (given ?? null),
    },
    {
      provide: CAPTURE_LIMITS,
      inject,
      useFactory: (options: CameraFeedModuleOptions) => captureLimits(options.limits),
    },
    {
      provide: ADMISSION_POLICY,
      inject,
      useFactory: (options: CameraFeedModuleOptions) => admissionPolicy(options.admission),
    },
  ],
  exports: [CameraFeedMetrics],
})
export class CameraFeedModule extends ConfigurableModuleClass {
  /** An option that the module does not know does not compile, nor does one in `limits` or `admission`. */
  static override forRootAsync<Given extends RequiredOptions>(
    options: CameraFeedModuleAsyncOptions<Given>,
  ): DynamicModule {
    return super.forRootAsync(options);
  }

  /** Throws an Error where the application has the module a second time. */
  constructor(discovery: DiscoveryService, moduleRef: ModuleRef) {
    super();
    requireWsAdapter(moduleRef);
    const imports = discovery.getProviders().filter(({ metatype }) => metatype === CameraFeedModule);
    if (imports.length > 1) throw new Error(SECOND_IMPORT);
  }
}

/** What the host has among its own providers is called and not made one here too: Nest would run its lifecycle hooks twice. */
function isProvider(given: object, discovery: DiscoveryService): boolean {
  return discovery.getProviders().some(({ instance }) => instance === given);
}
