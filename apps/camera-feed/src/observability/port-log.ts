import { Clock, placeOf, type PortName, PortWatch } from '@a3cp/capture-domain';
import { Injectable, Logger } from '@nestjs/common';
import { CameraFeedMetrics } from './camera-feed-metrics.js';

/** Time between two log lines about the same port, in milliseconds. */
const LOG_INTERVAL_MS = 60_000;

/** What follows for clients while a port fails. */
const CONSEQUENCES: Readonly<Record<PortName, string>> = {
  landmarkForwarder: 'captures end as forward_failed',
  sessionValidator: 'captures end as session_unavailable',
  captureClaims: 'captures go on without claims',
  captureAuthorizer: 'upgrades are refused with 503',
  onSessionClosed: 'other processes are not told of ended sessions',
};

interface PortState {
  failing: boolean;
  logged_at: number;
}

/**
 * Logs when a port of the host begins to fail and when it answers again, at most once a minute each, and counts its failures.
 * A line names the error's class and its place in the code. It never has the error's message, which can carry what a client sent.
 */
@Injectable()
export class PortLog extends PortWatch {
  readonly #logger = new Logger('CameraFeedModule');
  readonly #states = new Map<PortName, PortState>();

  constructor(
    private readonly metrics: CameraFeedMetrics,
    private readonly clock: Clock,
  ) {
    super();
    for (const port of Object.keys(CONSEQUENCES)) metrics.port_failures.inc({ port }, 0);
  }

  failed(port: PortName, error: unknown): void {
    this.metrics.port_failures.inc({ port });
    const state = this.#states.get(port);
    if (state && this.clock.now() - state.logged_at < LOG_INTERVAL_MS) return;
    this.#states.set(port, { failing: true, logged_at: this.clock.now() });
    const what = error instanceof Error ? error.constructor.name : 'something that is not an Error';
    this.#logger.error(`${port} failed with ${what}: ${CONSEQUENCES[port]}`, placeOf(error));
  }

  answered(port: PortName): void {
    const state = this.#states.get(port);
    if (!state?.failing) return;
    state.failing = false;
    this.#logger.log(`${port} answers again`);
  }
}
