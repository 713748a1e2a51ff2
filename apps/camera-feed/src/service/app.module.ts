import { ContractDocsModule, HealthModule } from '@a3cp/service/program';
import { type Connections, OwnServerModule } from '@a3cp/service';
import { HttpSessionValidator } from '@a3cp/session-clients';
import { type DynamicModule, Module } from '@nestjs/common';
import { socketLimits } from '../admission/socket-limits.js';
import { TicketAuthorizer } from '../admission/ticket-authorizer.js';
import { CameraFeedModule } from '../camera-feed.module.js';
import type { CameraFeedConfig } from './config.js';
import { MetricsRoute, SharedMetrics } from '../observability/metrics.route.js';
import { PortLog } from '../observability/port-log.js';
import { transportOf } from './transport.js';
import type { Primary } from './workers/primary.js';

/** The stand-alone gateway: session_manager over HTTP, the extractor over the direct transport or NATS. */
@Module({})
export class AppModule {
  /** `primary` where this process is one of its workers. */
  static with(config: CameraFeedConfig, primary?: Primary): DynamicModule {
    const { session_manager_url, session_batch, sessions_closed_secret } = config;
    const { ticket_key, limits, admission } = config;
    const { forwarder, cluster, connections } = transportOf(config.forwarder, limits);
    // one for all gateways at the server, their workers among them, makes the primary's own superfluous
    const claims = cluster ?? primary ?? null;
    const cameraFeed = CameraFeedModule.forRoot({
      landmarkForwarder: () => forwarder,
      sessionValidator: new HttpSessionValidator({
        session_manager_url,
        timeout_ms: limits.session_timeout_ms,
        cache_ms: limits.session_cache_ms,
        batch: session_batch,
      }),
      ...(sessions_closed_secret !== null && { sessionsClosedSecret: sessions_closed_secret }),
      ...(ticket_key && { captureAuthorizer: () => new TicketAuthorizer(ticket_key, claims) }),
      ...(claims && { captureClaims: () => claims }),
      ...(primary && { onSessionClosed: (session) => primary.sessionClosed(session) }),
      sessionEnds: (ended) => {
        for (const source of [primary, cluster]) if (source) source.onSessionClosed = ended;
      },
      limits,
      admission,
    });
    return {
      module: AppModule,
      providers: [MetricsRoute, ...(primary ? [{ provide: SharedMetrics, useValue: primary }] : [])],
      imports: [
        HealthModule.with(connections, {
          imports: [cameraFeed],
          inject: [PortLog],
          useFactory: (ports: PortLog): Connections => ({
            landmark_extractor: () => ports.faultOf('landmarkForwarder'),
            session_manager: () => ports.faultOf('sessionValidator'),
          }),
        }),
        OwnServerModule.with(socketLimits(limits, admission)),
        ContractDocsModule,
        cameraFeed,
      ],
    };
  }
}
