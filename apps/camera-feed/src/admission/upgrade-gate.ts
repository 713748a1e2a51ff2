import {
  CAPTURE_LIMITS,
  type CaptureLimits,
  CaptureService,
  type CaptureGrant,
  Clock,
  type ConnectionOrigin,
  Tally,
} from '@a3cp/capture-domain';
import { Inject, Injectable } from '@nestjs/common';
import type { IncomingMessage } from 'node:http';
import { type AdmissionPolicy, admitsOrigin } from './admission-policy.js';
import { CaptureAuthorizer } from './capture-authorizer.js';
import { clientAddress } from './client-address.js';
import { HttpEdge } from './http-edge.js';
import { OpensByAddress } from './opens-by-address.js';

/** Injection token of the {@link AdmissionPolicy}. */
export const ADMISSION_POLICY = Symbol('AdmissionPolicy');

/** The HTTP answer to an upgrade that is not let in. */
export interface UpgradeRefusal {
  readonly status: 401 | 403 | 404 | 503;
  readonly headers?: Readonly<Record<string, string>>;
}

/** A client that was refused for want of room may find some by then. */
const RETRY_AFTER_S = 5;

const TRY_LATER: UpgradeRefusal = { status: 503, headers: { 'Retry-After': String(RETRY_AFTER_S) } };

const NO_TICKET: UpgradeRefusal = { status: 401, headers: { 'WWW-Authenticate': 'Bearer' } };

/** Decides who is let in at the upgrade, before there is a WebSocket. PROTOCOL.md, "Admission". */
@Injectable()
export class UpgradeGate {
  readonly #connections = new Tally();
  readonly #opens: OpensByAddress;
  readonly #grants = new WeakMap<IncomingMessage, CaptureGrant>();
  #connected = 0;

  constructor(
    private readonly captures: CaptureService,
    private readonly edge: HttpEdge,
    @Inject(CaptureAuthorizer) private readonly authorizer: CaptureAuthorizer | null,
    @Inject(CAPTURE_LIMITS) private readonly limits: CaptureLimits,
    @Inject(ADMISSION_POLICY) private readonly policy: AdmissionPolicy,
    private readonly clock: Clock,
  ) {
    this.#opens = new OpensByAddress(clock);
  }

  /**
   * Answers null to let the request in. From then on, and while its ticket is looked at, its connection counts for as long
   * as its socket is open.
   */
  decide(request: IncomingMessage, origin: string | undefined, answer: (refusal: UpgradeRefusal | null) => void): void {
    const refusal = this.#admit(request, origin);
    if (refusal !== null || this.authorizer === null) answer(refusal);
    else void this.#authorize(request, this.authorizer).then(answer);
  }

  /** Where an admitted connection comes from. */
  originOf(request: IncomingMessage): ConnectionOrigin {
    const address = this.#addressOf(request);
    return { grant: this.#grants.get(request) ?? null, countOpen: () => this.#opens.count(address) };
  }

  #admit(request: IncomingMessage, origin: string | undefined): UpgradeRefusal | null {
    if (this.edge.isStray(request)) return { status: 404 };
    const address = this.#addressOf(request);
    if (!this.#hasRoom(address)) return TRY_LATER;
    if (!admitsOrigin(this.policy, origin, request.headers.host)) return { status: 403 };
    this.#count(request, address);
    return null;
  }

  async #authorize(request: IncomingMessage, authorizer: CaptureAuthorizer): Promise<UpgradeRefusal | null> {
    try {
      const grant = await this.#inTime(authorizer.authorize(request));
      if (grant === null) return NO_TICKET;
      this.#grants.set(request, grant);
      return null;
    } catch {
      return TRY_LATER;
    }
  }

  /** A client that leaves meanwhile is not noticed, since nobody reads its socket before there is a WebSocket. */
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

  #hasRoom(address: string): boolean {
    const { max_connections, max_connections_per_address } = this.limits;
    return (
      this.captures.accepting &&
      this.#connected < max_connections &&
      this.#connections.of(address) < max_connections_per_address
    );
  }

  #count({ socket }: IncomingMessage, address: string): void {
    this.#connected += 1;
    this.#connections.add(address);
    socket.once('close', () => {
      this.#connected -= 1;
      this.#connections.remove(address);
    });
  }
}
