import { Clock, PeerLog, PeerUnreachable, placeOf, type PortName, PortWatch } from '@a3cp/capture-domain';
import { Injectable } from '@nestjs/common';
import { CameraFeedMetrics } from './camera-feed-metrics.js';

/** What each port stands for where it is another program, and what follows for clients while it fails. */
const PORTS: Readonly<Record<PortName, { readonly peer: string; readonly consequence: string }>> = {
  landmarkForwarder: { peer: 'The landmark extractor', consequence: 'captures end as forward_failed' },
  sessionValidator: { peer: 'session_manager', consequence: 'captures end as session_unavailable' },
  captureClaims: { peer: 'The registrar', consequence: 'captures go on without claims' },
  captureAuthorizer: { peer: 'The authorizer', consequence: 'upgrades are refused with 503' },
  onSessionClosed: { peer: 'onSessionClosed', consequence: 'other processes are not told of ended sessions' },
};

interface PortState {
  /** Why the last call failed; null if it did not. */
  fault: string | null;
  /** What to log when the port answers; null if its failure was not logged. */
  recovery: string | null;
}

/**
 * Logs when a port of the host begins to fail and when it answers again, and counts its failures. A peer that cannot be reached
 * is logged once when that begins. Another failure is logged at most once a minute, by the error's class and its place in the
 * code. No line has the message of an error, which can carry what a client sent.
 */
@Injectable()
export class PortLog extends PortWatch {
  readonly #log: PeerLog;
  readonly #states = new Map<PortName, PortState>();

  constructor(
    private readonly metrics: CameraFeedMetrics,
    clock: Clock,
  ) {
    super();
    this.#log = new PeerLog('CameraFeedModule', clock);
    for (const port of Object.keys(PORTS)) metrics.port_failures.inc({ port }, 0);
  }

  failed(port: PortName, error: unknown): void {
    this.metrics.port_failures.inc({ port });
    const state = this.#stateOf(port);
    const { peer, consequence } = PORTS[port];
    const unreachable = error instanceof PeerUnreachable;
    const what = unreachable ? `${peer} cannot be reached (${error.why})` : `${port} failed with ${classOf(error)}`;
    state.fault = `${what}: ${consequence}`;
    if (unreachable && state.recovery !== null) return;
    const logged = unreachable ? this.#log.warn(state.fault, port) : this.#log.error(state.fault, placeOf(error), port);
    if (logged) state.recovery = unreachable ? `${peer} can be reached again` : `${port} answers again`;
  }

  answered(port: PortName): void {
    const state = this.#states.get(port);
    if (!state) return;
    state.fault = null;
    if (state.recovery !== null) this.#log.over(state.recovery);
    state.recovery = null;
  }

  /** Why the port's last call failed and what follows, in words without anything of a client; null if it did not fail. */
  faultOf(port: PortName): string | null {
    return this.#states.get(port)?.fault ?? null;
  }

  #stateOf(port: PortName): PortState {
    const state = this.#states.get(port) ?? { fault: null, recovery: null };
    this.#states.set(port, state);
    return state;
  }
}

function classOf(error: unknown): string {
  return error instanceof Error ? error.constructor.name : 'something that is not an Error';
}
