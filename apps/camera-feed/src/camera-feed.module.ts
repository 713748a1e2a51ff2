import {
  CAPTURE_LIMITS,
  type CaptureLimits,
  captureLimits,
  CaptureRepository,
  CaptureService,
  CHANCE,
  Clock,
  PortWatch,
  SystemClock,
} from '@a3cp/capture-domain';
import { type DynamicModule, Module } from '@nestjs/common';
import { DiscoveryModule, HttpAdapterHost, ModuleRef } from '@nestjs/core';
import { admissionPolicy } from './admission/admission-policy.js';
import { HttpEdge } from './admission/http-edge.js';
import { ADMISSION_POLICY, UpgradeGate } from './admission/upgrade-gate.js';
import { CAMERA_FEED_GATEWAYS } from './gateway/camera-feed.gateway.js';
import {
  type CameraFeedModuleAsyncOptions,
  type CameraFeedModuleOptions,
  ConfigurableModuleClass,
  MODULE_OPTIONS_TOKEN,
  type RequiredOptions,
} from './camera-feed.module-definition.js';
import { HOST_PORT_PROVIDERS, HOST_PORTS, type HostPorts } from './host-ports.js';
import { requireWsAdapter } from './gateway/nest-ws-quirks.js';
import { CHECKED_OPTIONS, checkedOptions } from './options.js';
import { SessionsClosedRoute } from './sessions-closed/sessions-closed.route.js';
import { CameraFeedMetrics } from './observability/camera-feed-metrics.js';
import { CaptureMonitor } from './observability/capture-monitor.js';
import { PortLog } from './observability/port-log.js';
import { MeteredSessionValidator } from './observability/metered-session-validator.js';

const inject = [CHECKED_OPTIONS];

/** The applications that have the module; each has one host of its adapter. */
const APPLICATIONS = new WeakSet<HttpAdapterHost>();

/** Each call of `forRoot` makes a new module. Two modules would share the paths, and neither would receive every message. */
const SECOND_IMPORT =
  'CameraFeedModule: forRoot or forRootAsync was called more than once; call it in one module and import that module elsewhere';

/**
 * The capture boundary, for a Nest application that uses `WsAdapter`: `forRoot(options)` or `forRootAsync({ … })`.
 * It listens on the application's own HTTP server, at the four paths of PROTOCOL.md, "Connecting".
 */
@Module({
  imports: [DiscoveryModule],
  providers: [
    CaptureRepository,
    CameraFeedMetrics,
    CaptureMonitor,
    PortLog,
    { provide: PortWatch, useExisting: PortLog },
    HttpEdge,
    UpgradeGate,
    SessionsClosedRoute,
    ...CAMERA_FEED_GATEWAYS,
    { provide: CHECKED_OPTIONS, inject: [MODULE_OPTIONS_TOKEN], useFactory: checkedOptions },
    ...HOST_PORT_PROVIDERS,
    { provide: Clock, useClass: SystemClock },
    { provide: CHANCE, useValue: Math.random },
    {
      provide: CaptureService,
      inject: [CaptureRepository, HOST_PORTS, CAPTURE_LIMITS, Clock, CHANCE, PortWatch, CameraFeedMetrics],
      useFactory: (
        repository: CaptureRepository,
        { landmarkForwarder, sessionValidator, captureClaims }: HostPorts,
        limits: CaptureLimits,
        clock: Clock,
        chance: () => number,
        ports: PortWatch,
        metrics: CameraFeedMetrics,
      ) => {
        const validator = new MeteredSessionValidator(sessionValidator, metrics, clock);
        return new CaptureService(
          repository,
          landmarkForwarder,
          validator,
          limits,
          clock,
          chance,
          captureClaims,
          ports,
        );
      },
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
  exports: [CameraFeedMetrics, PortLog],
})
export class CameraFeedModule extends ConfigurableModuleClass {
  /** An option that the module does not know does not compile, nor does one in `limits` or `admission`. */
  static override forRootAsync<Given extends RequiredOptions>(
    options: CameraFeedModuleAsyncOptions<Given>,
  ): DynamicModule {
    return super.forRootAsync(options);
  }

  /** Throws an Error where the application has the module a second time. */
  constructor(application: HttpAdapterHost, moduleRef: ModuleRef) {
    super();
    requireWsAdapter(moduleRef);
    if (APPLICATIONS.has(application)) throw new Error(SECOND_IMPORT);
    APPLICATIONS.add(application);
  }
}
