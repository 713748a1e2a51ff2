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
import { clientAddress } from './client-address.js';
import { OpensByAddress } from './opens-by-address.js';

/** The HTTP answer to an upgrade that is not let in. */
export interface UpgradeRefusal {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
}

/** A client that was refused for want of room may find some by then. */
const RETRY_AFTER_S = 5;

const NO_ROOM: UpgradeRefusal = { status: 503, headers: { 'Retry-After': String(RETRY_AFTER_S) } };

/** Decides who is let in at the upgrade, before there is a WebSocket. PROTOCOL.md, "Admission". */
@Injectable()
export class UpgradeGate {
  readonly #connections = new Tally();
  readonly #opens: OpensByAddress;
  #connected = 0;

  constructor(
    private readonly captures: CaptureService,
    @Inject(CAPTURE_LIMITS) private readonly limits: CaptureLimits,
    clock: Clock,
  ) {
    this.#opens = new OpensByAddress(clock);
  }

  /** Null lets the request in, and counts its connection for as long as its socket is open. */
  admit(request: IncomingMessage): UpgradeRefusal | null {
    const address = clientAddress(request, 0);
    const has_room =
      this.captures.accepting &&
      this.#connected < this.limits.max_connections &&
      this.#connections.of(address) < this.limits.max_connections_per_address;
    if (!has_room) return NO_ROOM;
    this.#connected += 1;
    this.#connections.add(address);
    request.socket.once('close', () => {
      this.#connected -= 1;
      this.#connections.remove(address);
    });
    return null;
  }

  /** Where an admitted connection comes from. */
  originOf(request: IncomingMessage): ConnectionOrigin {
    const address = clientAddress(request, 0);
    return { countOpen: () => this.#opens.count(address) };
  }
}
