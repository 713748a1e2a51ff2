import {
  CAPTURE_LIMITS,
  type CaptureLimits,
  CaptureService,
  type CaptureGrant,
  Clock,
  type ConnectionOrigin,
  PortWatch,
  Tally,
} from '@a3cp/capture-domain';
import { Inject, Injectable } from '@nestjs/common';
import type { IncomingMessage } from 'node:http';
import { HOST_PORTS, type HostPorts } from '../host-ports.js';
import { CameraFeedMetrics } from '../observability/camera-feed-metrics.js';
import { CaptureMonitor } from '../observability/capture-monitor.js';
import { type AdmissionPolicy, admitsOrigin } from './admission-policy.js';
import type { CaptureAuthorizer } from './capture-authorizer.js';
import { clientAddress } from './client-address.js';
import { HttpEdge } from './http-edge.js';
import { OpensByAddress } from './opens-by-address.js';
import { UPGRADE_REFUSALS, type UpgradeRefusal, type UpgradeRefusalReason } from './upgrade-refusal.js';

/** Injection token of the {@link AdmissionPolicy}. */
export const ADMISSION_POLICY = Symbol('AdmissionPolicy');

/** Accepts or refuses an upgrade, before there is a WebSocket. PROTOCOL.md, "Admission". */
@Injectable()
export class UpgradeGate {
  readonly #connections = new Tally();
  readonly #opens: OpensByAddress;
  readonly #grants = new WeakMap<IncomingMessage, CaptureGrant>();
  #connected = 0;

  constructor(
    private readonly captures: CaptureService,
    private readonly edge: HttpEdge,
    @Inject(HOST_PORTS) private readonly host: HostPorts,
    @Inject(CAPTURE_LIMITS) private readonly limits: CaptureLimits,
    @Inject(ADMISSION_POLICY) private readonly policy: AdmissionPolicy,
    private readonly clock: Clock,
    private readonly metrics: CameraFeedMetrics,
    private readonly monitor: CaptureMonitor,
    private readonly ports: PortWatch,
  ) {
    this.#opens = new OpensByAddress(clock);
  }

  /**
   * Answers null to let the request in. From then on, and while its ticket is looked at, its connection counts for as long
   * as its socket is open.
   */
  decide(request: IncomingMessage, origin: string | undefined, answer: (refusal: UpgradeRefusal | null) => void): void {
    const settle = (reason: UpgradeRefusalReason | null): void => {
      if (reason !== null) this.metrics.refused_upgrades.inc({ reason });
      answer(reason && UPGRADE_REFUSALS[reason]);
    };
    const reason = this.#admit(request, origin);
    const { captureAuthorizer } = this.host;
    if (reason !== null || captureAuthorizer === null) settle(reason);
    else void this.#authorize(request, captureAuthorizer).then(settle);
  }

  /** Where an admitted connection comes from. */
  originOf(request: IncomingMessage): ConnectionOrigin {
    const address = this.#addressOf(request);
    return {
      grant: this.#grants.get(request) ?? null,
      countOpen: () => this.#opens.count(address),
      watch: this.monitor.watch(request),
    };
  }

  #admit(request: IncomingMessage, origin: string | undefined): UpgradeRefusalReason | null {
    if (this.edge.isStray(request)) return 'no_such_path';
    const address = this.#addressOf(request);
    const full = this.#fullFor(address);
    if (full !== null) return full;
    if (!admitsOrigin(this.policy, origin, request.headers.host)) return 'origin';
    this.#count(request, address);
    return null;
  }

  async #authorize(request: IncomingMessage, authorizer: CaptureAuthorizer): Promise<UpgradeRefusalReason | null> {
    try {
      const grant = await this.#inTime(authorizer.authorize(request));
      this.ports.answered('captureAuthorizer');
      if (!grant) return 'no_ticket';
      this.#grants.set(request, grant);
      return null;
    } catch (error) {
      this.ports.failed('captureAuthorizer', error);
      return 'ticket_unchecked';
    }
  }

  /** A client that leaves meanwhile is not noticed: before there is a WebSocket, its socket is not read. */
  #inTime<Answer>(answer: Promise<Answer>): Promise<Answer> {
    return new Promise((resolve, reject) => {
      const stop = this.clock.every(this.limits.upgrade_timeout_ms, () => {
        stop();
        reject(new Error('no answer in time'));
      });
      void answer.then(resolve, reject).finally(stop);
    });
  }

  #addressOf(request: IncomingMessage): string {
    return clientAddress(request, this.policy.trusted_proxy_hops);
  }

  #fullFor(address: string): UpgradeRefusalReason | null {
    if (!this.captures.accepting) return 'shutting_down';
    if (this.#connected >= this.limits.max_connections) return 'connections';
    return this.#connections.of(address) < this.limits.max_connections_per_address ? null : 'connections_of_address';
  }

  #count({ socket }: IncomingMessage, address: string): void {
    this.#connected += 1;
    this.metrics.connections.inc();
    this.#connections.add(address);
    socket.once('close', () => {
      this.#connected -= 1;
      this.metrics.connections.dec();
      this.#connections.remove(address);
    });
  }
}
