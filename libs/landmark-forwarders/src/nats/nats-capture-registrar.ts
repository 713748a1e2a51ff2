import { type CaptureClaim, ClaimLedger, type ClaimLimits, type Clock, SpentTickets } from '@a3cp/capture-domain';
import type { Msg } from '@nats-io/transport-node';
import type { OnApplicationBootstrap, OnApplicationShutdown } from '@nestjs/common';
import {
  decodeRegistrarRequest,
  encodeRegistrarAnswer,
  encodeTicketAnswer,
  HELD_ANSWER,
  type RegistrarRequest,
} from './nats-cluster-framing.js';
import { NatsLink, NOT_CONNECTED } from './nats-connection.js';
import { REGISTRAR_SUBJECTS, senderOf } from './nats-subjects.js';

/** How often gateways are looked through for one that is gone. */
const WATCH_INTERVAL_MS = 500;

/** Longest silence of a gateway before its claims are released, milliseconds: its captures go on without them. */
const GONE_MS = 3_000;

/** What is known of one gateway. */
interface KnownGateway {
  heard_at: number;
  /** The parts that have come of what it holds. */
  parts: CaptureClaim[];
}

/**
 * Keeps the claims and the used tickets of all gateways at one NATS server, in memory. Unknown claims arrive again with the
 * gateways' next beat. A Nest provider: it listens when the application has started, and disconnects when it has shut down.
 * docs/integration/several-gateways.md.
 */
export class NatsCaptureRegistrar implements OnApplicationBootstrap, OnApplicationShutdown {
  #ledger = new ClaimLedger<string>();
  readonly #tickets: SpentTickets;
  readonly #gateways = new Map<string, KnownGateway>();
  #link: NatsLink | null = null;
  #stopWatching: (() => void) | null = null;

  /** @param url such as `nats://user:password@host:4222`; `tls://` encrypts */
  constructor(
    private readonly url: string,
    private readonly limits: ClaimLimits,
    private readonly clock: Clock,
  ) {
    this.#tickets = new SpentTickets(clock);
  }

  /** Why nothing can be received from the server; null if it can. */
  get fault(): string | null {
    return this.#link ? this.#link.fault : NOT_CONNECTED;
  }

  async onApplicationBootstrap(): Promise<void> {
    const link = await NatsLink.connect(this.url, 'registrar', 0, () => this.#forgetAll());
    this.#link = link;
    link.subscribe(REGISTRAR_SUBJECTS, (message) => this.#receive(message));
    this.#stopWatching = this.clock.every(WATCH_INTERVAL_MS, () => this.#watch());
    await link.flush();
  }

  async onApplicationShutdown(): Promise<void> {
    this.#stopWatching?.();
    await this.#link?.close();
    this.#link = null;
  }

  #receive(message: Msg): void {
    const sender = senderOf(message);
    const request = sender !== null && read(message);
    if (!request) return;
    // a gateway names its processes, and none of another gateway
    const gateway_id = `${sender} ${request.gateway_id}`;
    const gateway = this.#heard(gateway_id);
    switch (request.kind) {
      case 'claim': {
        const answer = this.#ledger.claim(gateway_id, request.claim, this.limits);
        message.respond(encodeRegistrarAnswer(answer));
        return;
      }
      case 'release':
        this.#ledger.release(gateway_id, request.capture_id);
        return;
      case 'ticket':
        message.respond(encodeTicketAnswer(this.#tickets.spend(request.ticket)));
        return;
      case 'held':
        if (request.part === 1) gateway.parts = [];
        gateway.parts.push(...request.claims);
        if (request.part !== request.parts) return;
        this.#ledger.replace(gateway_id, gateway.parts);
        message.respond(HELD_ANSWER);
    }
  }

  #heard(gateway_id: string): KnownGateway {
    const heard_at = this.clock.now();
    const known = this.#gateways.get(gateway_id) ?? { heard_at, parts: [] };
    known.heard_at = heard_at;
    this.#gateways.set(gateway_id, known);
    return known;
  }

  #watch(): void {
    const now = this.clock.now();
    for (const [gateway_id, { heard_at }] of this.#gateways) {
      if (now - heard_at <= GONE_MS) continue;
      this.#gateways.delete(gateway_id);
      this.#ledger.releaseAll(gateway_id);
    }
  }

  /** Without a connection it cannot know which claims are released. */
  #forgetAll(): void {
    this.#gateways.clear();
    this.#ledger = new ClaimLedger();
  }
}

function read(message: Msg): RegistrarRequest | null {
  try {
    return decodeRegistrarRequest(message);
  } catch {
    return null;
  }
}
