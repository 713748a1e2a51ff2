import { type Clock, FrameGarbage, PeerLog, type StreamOpen } from '@a3cp/capture-domain';
import { type Msg, nuid, type Subscription } from '@nats-io/transport-node';
import type { BeforeApplicationShutdown, OnApplicationBootstrap, OnModuleDestroy } from '@nestjs/common';
import { GATEWAY_LOST_MS, type LandmarkExtractor, Nak } from '../landmark-extractor.js';
import { NatsLink, NOT_CONNECTED } from './nats-connection.js';
import { decodeNatsRequest, type NatsRequest } from './nats-framing.js';
import { answer, NatsLeasedStream, refuse } from './nats-leased-stream.js';
import { frameSubject, OPEN_SUBJECTS, QUEUE_GROUP, senderOf } from './nats-subjects.js';

type OpenRequest = Extract<NatsRequest, { kind: 'open' }>;

/** How often leases are looked through, and how soon an extractor that was full asks for captures again. */
const WATCH_INTERVAL_MS = 500;

/** Longest time that an extractor which stops serves its captures: as long as a gateway that stops does by default. */
const STOP_TIMEOUT_MS = 27_000;

/**
 * The extractor's side of the NATS transport: takes captures from any number of gateways while it has room. A Nest
 * provider: it joins when the application has started; on shutdown it takes no more, and its captures may finish.
 * docs/integration/nats.md.
 */
export class NatsExtractorWorker implements OnApplicationBootstrap, OnModuleDestroy, BeforeApplicationShutdown {
  readonly #log: PeerLog;
  readonly #garbage = new FrameGarbage();
  readonly #worker_id = nuid.next();
  /**
   * By gateway and lease: those that run, and for a while those that have ended, since a gateway may repeat the end. A gateway
   * that learns another's lease cannot use it.
   */
  readonly #leases = new Map<string, NatsLeasedStream>();
  #link: NatsLink | null = null;
  /** Its place in the queue group, while there is room. */
  #place: Subscription | null = null;
  #stopWatching: (() => void) | null = null;
  #stopping = false;
  /** Set while it waits for its captures to end: since when, and the callback. */
  #waiting: { readonly since: number; readonly done: () => void } | null = null;

  /** @param url such as `nats://user:password@host:4222`; `tls://` encrypts */
  constructor(
    private readonly url: string,
    private readonly extractor: LandmarkExtractor,
    private readonly clock: Clock,
  ) {
    this.#log = new PeerLog(NatsExtractorWorker.name, clock);
  }

  /** Why nothing can be received from the server; null if it can. */
  get fault(): string | null {
    return this.#link ? this.#link.fault : NOT_CONNECTED;
  }

  async onApplicationBootstrap(): Promise<void> {
    const link = await NatsLink.connect(this.url, 'extractor', 0, () => this.#loseAll());
    this.#link = link;
    link.subscribe(frameSubject(link.user, this.#worker_id, '*'), (message) => this.#receive(link, message));
    this.#join();
    this.#stopWatching = this.clock.every(WATCH_INTERVAL_MS, () => this.#watch());
    await link.flush();
  }

  onModuleDestroy(): void {
    this.#stopping = true;
    this.#leave();
  }

  async beforeApplicationShutdown(): Promise<void> {
    await new Promise<void>((done) => {
      this.#waiting = { since: this.clock.now(), done };
      this.#rest();
    });
    this.#stopWatching?.();
    this.#loseAll();
    await this.#link?.close();
    this.#link = null;
  }

  #join(): void {
    if (this.#stopping) return;
    const link = this.#link;
    this.#place ??= link?.subscribe(OPEN_SUBJECTS, (message) => this.#receive(link, message), QUEUE_GROUP) ?? null;
  }

  #leave(): void {
    // what is on its way to it is answered still; if the server is gone, so is the place
    this.#place?.drain().catch(() => undefined);
    this.#place = null;
  }

  #receive(link: NatsLink, message: Msg): void {
    const gateway = senderOf(message);
    if (gateway === null) return;
    const request = read(message);
    if (request?.kind === 'open') {
      const subject = frameSubject(link.user, this.#worker_id, gateway);
      void this.#open(message, keyOf(gateway, request), subject, request);
      return;
    }
    const leased = request && this.#leases.get(keyOf(gateway, request));
    if (!leased) {
      refuse(message, 'unknown_capture');
      return;
    }
    leased.heard_at = this.clock.now();
    switch (request.kind) {
      case 'ping':
        leased.ping(message);
        return;
      case 'release':
        this.#lose(keyOf(gateway, request), leased);
        return;
      case 'frame':
        this.#garbage.add(request.item.byte_length);
        leased.receive(message, request);
        return;
      case 'end':
        leased.receive(message, request);
    }
  }

  async #open(message: Msg, key: string, subject: string, { lease, open }: OpenRequest): Promise<void> {
    if (this.#stopping) {
      refuse(message, 'busy');
      return;
    }
    try {
      // a gateway that has waited long for an answer may ask again
      await (this.#leases.get(key) ?? this.#lease(key, open)).stream;
      answer(message, { event: 'open.ack', worker_id: this.#worker_id, subject, lease, idle_ms: GATEWAY_LOST_MS });
    } catch (error) {
      this.#leases.delete(key);
      const code = error instanceof Nak ? error.code : 'busy';
      // before the answer, so that the server knows of it when the gateway asks again
      if (code === 'busy') this.#leave();
      if (!(error instanceof Nak)) this.#logFailure();
      refuse(message, code);
    }
  }

  #lease(key: string, open: StreamOpen): NatsLeasedStream {
    const leased = new NatsLeasedStream(this.extractor.open(open), this.clock.now(), {
      ended: () => this.#rest(),
      failed: () => {
        this.#logFailure();
        this.#lose(key, leased);
      },
    });
    this.#leases.set(key, leased);
    return leased;
  }

  /** Says no more than that: the error could carry what a client sent. */
  #logFailure(): void {
    this.#log.error('A capture failed inside the extractor');
  }

  #watch(): void {
    const now = this.clock.now();
    for (const [key, leased] of this.#leases) {
      if (now - leased.heard_at > GATEWAY_LOST_MS) this.#lose(key, leased);
    }
    this.#join();
    if (this.#waiting && now - this.#waiting.since > STOP_TIMEOUT_MS) this.#waiting.done();
  }

  #lose(key: string, leased: NatsLeasedStream): void {
    this.#leases.delete(key);
    leased.lose();
    this.#rest();
  }

  #loseAll(): void {
    for (const [key, leased] of this.#leases) this.#lose(key, leased);
  }

  /** Once it stops and the last of its captures is over, it is done. */
  #rest(): void {
    if (this.#waiting && [...this.#leases.values()].every(({ ended }) => ended)) this.#waiting.done();
  }
}

/** No gateway's name has a space. */
function keyOf(gateway: string, { lease }: NatsRequest): string {
  return `${gateway} ${lease}`;
}

function read(message: Msg): NatsRequest | null {
  try {
    return decodeNatsRequest(message);
  } catch {
    return null;
  }
}
