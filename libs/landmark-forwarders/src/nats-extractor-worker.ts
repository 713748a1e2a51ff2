import type { Clock, StreamOpen } from '@a3cp/capture-domain';
import { type Msg, nuid, type Subscription } from '@nats-io/transport-node';
import {
  type BeforeApplicationShutdown,
  Logger,
  type OnApplicationBootstrap,
  type OnModuleDestroy,
} from '@nestjs/common';
import { type ExtractorStream, IDLE_MS, type LandmarkExtractor, Nak, type NakCode } from './landmark-extractor.js';
import { NatsLink, NOT_CONNECTED } from './nats-connection.js';
import {
  decodeNatsRequest,
  type NatsAnswer,
  type NatsRequest,
  OPEN_SUBJECT,
  QUEUE_GROUP,
  workerSubject,
} from './nats-framing.js';

/** How often leases are looked through, and how soon an extractor that was full asks for captures again. */
const WATCH_INTERVAL_MS = 500;

/** The longest a capture takes with its end, at default limits: what runs longer once the extractor stops is given up. */
const STOP_TIMEOUT_MS = 20_000;

/** One capture that this extractor takes. */
interface LeasedStream {
  readonly stream: Promise<ExtractorStream>;
  heard_at: number;
  ended: boolean;
  /** The answer under way; what arrives meanwhile waits behind it. */
  answering: Promise<void>;
}

/**
 * The extractor's side of the NATS transport: takes captures from any number of gateways while it has room. A Nest
 * provider: it joins when the application has started; on shutdown it takes no more, and its captures may finish.
 * PROTOCOL.md, "NATS transport".
 */
export class NatsExtractorWorker implements OnApplicationBootstrap, OnModuleDestroy, BeforeApplicationShutdown {
  readonly #logger = new Logger(NatsExtractorWorker.name);
  readonly #worker_id = nuid.next();
  /** Those that run, and for a while those that have ended, since a gateway may say the end again. */
  readonly #leases = new Map<string, LeasedStream>();
  #link: NatsLink | null = null;
  /** Its place in the queue group, while there is room. */
  #place: Subscription | null = null;
  #stopWatching: (() => void) | null = null;
  #stopping = false;
  /** Once it waits for its captures to end: since when, and whom to tell. */
  #waiting: { readonly since: number; readonly done: () => void } | null = null;

  /** @param url see {@link NatsLink.connect} */
  constructor(
    private readonly url: string,
    private readonly extractor: LandmarkExtractor,
    private readonly clock: Clock,
  ) {}

  /** Why nothing can be received from the server; null if it can. */
  get fault(): string | null {
    return this.#link ? this.#link.fault : NOT_CONNECTED;
  }

  async onApplicationBootstrap(): Promise<void> {
    const link = await NatsLink.connect(this.url, 'extractor', 0, () => this.#loseAll());
    this.#link = link;
    link.subscribe(workerSubject(this.#worker_id), (message) => this.#receive(message));
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
    this.#place ??= this.#link?.subscribe(OPEN_SUBJECT, (message) => this.#receive(message), QUEUE_GROUP) ?? null;
  }

  #leave(): void {
    // what is on its way to it is answered still; if the server is gone, so is the place
    this.#place?.drain().catch(() => undefined);
    this.#place = null;
  }

  #receive(message: Msg): void {
    const request = read(message);
    if (request?.kind === 'open') {
      void this.#open(message, request.lease, request.open);
      return;
    }
    const leased = request && this.#leases.get(request.lease);
    if (!leased) {
      refuse(message, 'unknown_capture');
      return;
    }
    leased.heard_at = this.clock.now();
    switch (request.kind) {
      case 'ping':
        answer(message, { event: 'ping.ack' });
        return;
      case 'release':
        this.#lose(request.lease, leased);
        return;
      case 'frame':
      case 'end':
        leased.answering = leased.answering.then(() => this.#take(message, request, leased));
    }
  }

  async #open(message: Msg, lease: string, open: StreamOpen): Promise<void> {
    if (this.#stopping) {
      refuse(message, 'busy');
      return;
    }
    try {
      // a gateway that has waited long for an answer may ask again
      await (this.#leases.get(lease) ?? this.#lease(lease, open)).stream;
      const subject = workerSubject(this.#worker_id);
      answer(message, { event: 'open.ack', worker_id: this.#worker_id, subject, lease, idle_ms: IDLE_MS });
    } catch (error) {
      this.#leases.delete(lease);
      // before the answer, so that the engine knows of it when the gateway asks again
      this.#leave();
      this.#refuse(message, error, 'busy');
    }
  }

  #lease(lease: string, open: StreamOpen): LeasedStream {
    const stream = this.extractor.open(open);
    const leased = { stream, heard_at: this.clock.now(), ended: false, answering: Promise.resolve() };
    this.#leases.set(lease, leased);
    return leased;
  }

  async #take(
    message: Msg,
    request: Extract<NatsRequest, { kind: 'frame' | 'end' }>,
    leased: LeasedStream,
  ): Promise<void> {
    try {
      const stream = await leased.stream;
      if (request.kind === 'frame') {
        await stream.frame(request.item);
        answer(message, { event: 'frame.ack', seq: request.item.seq });
      } else {
        await stream.end(request.end);
        leased.ended = true;
        answer(message, { event: 'end.ack' });
        this.#rest();
      }
    } catch (error) {
      if (!(error instanceof Nak)) this.#lose(request.lease, leased);
      this.#refuse(message, error, 'unknown_capture');
    }
  }

  /** @param otherwise what a fault of the extractor's own is to its gateway */
  #refuse(message: Msg, error: unknown, otherwise: NakCode): void {
    // what failed could carry what a client sent
    if (!(error instanceof Nak)) this.#logger.error('A capture failed inside the extractor');
    refuse(message, error instanceof Nak ? error.code : otherwise);
  }

  #watch(): void {
    const now = this.clock.now();
    for (const [lease, leased] of this.#leases) {
      if (now - leased.heard_at > IDLE_MS) this.#lose(lease, leased);
    }
    this.#join();
    if (this.#waiting && now - this.#waiting.since > STOP_TIMEOUT_MS) this.#waiting.done();
  }

  #lose(lease: string, leased: LeasedStream): void {
    this.#leases.delete(lease);
    const tell = (stream: ExtractorStream): void => {
      if (!leased.ended) stream.lost();
    };
    // one that was refused has nothing to lose
    leased.answering.then(() => leased.stream).then(tell, () => undefined);
    this.#rest();
  }

  #loseAll(): void {
    for (const [lease, leased] of this.#leases) this.#lose(lease, leased);
  }

  /** Once it stops and the last of its captures is over, it is done. */
  #rest(): void {
    if (this.#waiting && [...this.#leases.values()].every(({ ended }) => ended)) this.#waiting.done();
  }
}

function read(message: Msg): NatsRequest | null {
  try {
    return decodeNatsRequest(message);
  } catch {
    return null;
  }
}

function answer(message: Msg, content: NatsAnswer): void {
  message.respond(JSON.stringify(content));
}

function refuse(message: Msg, code: NakCode): void {
  answer(message, { event: 'nak', code });
}
