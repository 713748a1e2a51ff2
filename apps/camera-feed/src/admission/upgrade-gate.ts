import {
  CAPTURE_LIMITS,
  type CaptureLimits,
  CaptureService,
  Clock,
  type ConnectionOrigin,
  Tally,
} from '@a3cp/capture-domain';
import { Inject, Injectable } from '@nestjs/common';
import type { IncomingMessage } from 'node:http';
import { type AdmissionPolicy, admitsOrigin } from './admission-policy.js';
import { clientAddress } from './client-address.js';
import { HttpEdge } from './http-edge.js';
import { OpensByAddress } from './opens-by-address.js';

/** Injection token of the {@link AdmissionPolicy}. */
export const ADMISSION_POLICY = Symbol('AdmissionPolicy');

/** The HTTP answer to an upgrade that is not let in. */
export interface UpgradeRefusal {
  readonly status: 403 | 404 | 503;
  readonly headers?: Readonly<Record<string, string>>;
}

/** A client that was refused for want of room may find some by then. */
const RETRY_AFTER_S = 5;

/** Decides who is let in at the upgrade, before there is a WebSocket. PROTOCOL.md, "Admission". */
@Injectable()
export class UpgradeGate {
  readonly #connections = new Tally();
  readonly #opens: OpensByAddress;
  #connected = 0;

  constructor(
    private readonly captures: CaptureService,
    private readonly edge: HttpEdge,
    @Inject(CAPTURE_LIMITS) private readonly limits: CaptureLimits,
    @Inject(ADMISSION_POLICY) private readonly policy: AdmissionPolicy,
    clock: Clock,
  ) {
    this.#opens = new OpensByAddress(clock);
  }

  /** Null lets the request in, and counts its connection for as long as its socket is open. */
  admit(request: IncomingMessage, origin: string | undefined): UpgradeRefusal | null {
    if (this.edge.isStray(request)) return { status: 404 };
    const address = this.#addressOf(request);
    if (!this.#hasRoom(address)) return { status: 503, headers: { 'Retry-After': String(RETRY_AFTER_S) } };
    if (!admitsOrigin(this.policy, origin, request.headers.host)) return { status: 403 };
    this.#count(request, address);
    return null;
  }

  /** Where an admitted connection comes from. */
  originOf(request: IncomingMessage): ConnectionOrigin {
    const address = this.#addressOf(request);
    return { countOpen: () => this.#opens.count(address) };
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
