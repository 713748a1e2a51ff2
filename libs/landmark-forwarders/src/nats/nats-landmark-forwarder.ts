import {
  type Clock,
  DEFAULT_CAPTURE_LIMITS,
  LandmarkForwarder,
  type LandmarkStream,
  PeerUnreachable,
  type StreamOpen,
  StreamRefused,
  SystemClock,
} from '@a3cp/capture-domain';
import type { OnApplicationShutdown, OnModuleInit } from '@nestjs/common';
import { randomUUID } from 'node:crypto';
import { Nak, refusalOf } from '../landmark-extractor.js';
import { NatsLink, NOT_CONNECTED, NotStarted } from './nats-connection.js';
import { longestMessageBytes } from './nats-cluster-framing.js';
import { decodeLease, encodeRequest, type Lease } from './nats-framing.js';
import { NatsStream } from './nats-stream.js';
import { openSubject } from './nats-subjects.js';

/** Fine enough to tell a dead extractor from a busy one between two frames. */
const WATCH_INTERVAL_MS = 25;

/**
 * For one extractor's answer to an open, before another is asked: the engine picks one at random, and does not know for some
 * seconds that it hangs. Long enough for one that is merely busy, where a capture would begin that is given back.
 */
const OPEN_INTERVAL_MS = 200;

/**
 * A busy extractor leaves the group, so the gateway asks at once for another one. An extractor that stays is asked again only after
 * this pause, and after twice as long each time, up to {@link OPEN_INTERVAL_MS}.
 */
const FIRST_PAUSE_MS = 25;

/** Questions for one capture. */
const MAX_ASKED = 10;

/**
 * The transport to any number of extractors through a NATS server: an extractor with room grants a lease, and receives the whole
 * capture. A Nest provider: it connects when the application starts, and disconnects when it has shut down.
 * docs/integration/nats.md.
 */
export class NatsLandmarkForwarder extends LandmarkForwarder implements OnModuleInit, OnApplicationShutdown {
  readonly #streams = new Set<NatsStream>();
  #link: NatsLink | null = null;
  #stopWatching: (() => void) | null = null;

  /**
   * @param url such as `nats://user:password@host:4222`; `tls://` encrypts
   * @param max_frame_bytes the `max_frame_bytes` of the gateway's limits; the server must take a message of that length
   */
  constructor(
    private readonly url: string,
    private readonly max_frame_bytes: number = DEFAULT_CAPTURE_LIMITS.max_frame_bytes,
    private readonly clock: Clock = new SystemClock(),
  ) {
    super();
  }

  /** Why frames cannot be sent to the server; null if they can. */
  get fault(): string | null {
    return this.#link ? this.#link.fault : NOT_CONNECTED;
  }

  async onModuleInit(): Promise<void> {
    const max_message_bytes = longestMessageBytes(this.max_frame_bytes);
    this.#link = await NatsLink.connect(this.url, 'gateway', max_message_bytes, () => this.#lose());
  }

  async onApplicationShutdown(): Promise<void> {
    await this.#link?.close();
    this.#link = null;
  }

  async open(open: StreamOpen, signal: AbortSignal): Promise<LandmarkStream> {
    signal.throwIfAborted();
    const link = this.#link;
    if (!link) throw new NotStarted();
    const lease = await this.#askForLease(link, open, signal);
    if (signal.aborted) giveBack(link, lease, open);
    signal.throwIfAborted();
    const stream = new NatsStream(link, lease, open.traceparent, this.clock, signal, () => this.#forget(stream));
    this.#streams.add(stream);
    this.#stopWatching ??= this.clock.every(WATCH_INTERVAL_MS, () => this.#watch());
    return stream;
  }

  /** Asks one extractor after the other until one grants a lease; what a slower one grants too is given back. */
  #askForLease(link: NatsLink, open: StreamOpen, signal: AbortSignal): Promise<Lease> {
    const to_any = openSubject(link.user);
    const message = encodeRequest({ kind: 'open', lease: randomUUID(), open }, open.traceparent);
    return new Promise((resolve, reject) => {
      let settled = false;
      let granted: Lease | null = null;
      let asked = 0;
      let unanswered = 0;
      let pause_ms = 0;
      let next = { at: this.clock.now(), subject: to_any };
      const settle = (act: () => void): void => {
        settled = true;
        stop();
        act();
      };
      const grant = (lease: Lease): void => {
        if (!settled) settle(() => resolve((granted = lease)));
        // the same extractor may have been asked twice
        else if (lease.subject !== granted?.subject) giveBack(link, lease, open);
      };
      const refuse = (error: unknown, subject: string): void => {
        unanswered -= 1;
        if (settled) return;
        const refusal = refusalOf(error);
        if (refusal instanceof StreamRefused) {
          settle(() => reject(refusal));
          return;
        }
        const nobody = subject === to_any && !(error instanceof Nak);
        if (nobody || (asked === MAX_ASKED && unanswered === 0)) {
          settle(() => reject(new PeerUnreachable('no extractor takes the capture')));
          return;
        }
        next = { at: this.clock.now() + pause_ms, subject: to_any };
        pause_ms = Math.min(2 * pause_ms || FIRST_PAUSE_MS, OPEN_INTERVAL_MS);
        askInTime();
      };
      const askInTime = (): void => {
        if (asked === MAX_ASKED || this.clock.now() < next.at) return;
        const { subject } = next;
        asked += 1;
        unanswered += 1;
        next = { at: this.clock.now() + OPEN_INTERVAL_MS, subject: this.#inTurn(asked, to_any) };
        link
          .ask(subject, message)
          .then((answer) => decodeLease(answer, link.user))
          .then(grant, (error: unknown) => refuse(error, subject));
      };
      const stop = this.clock.every(FIRST_PAUSE_MS, askInTime);
      signal.addEventListener('abort', () => settle(() => reject(new Error('the open was given up'))), { once: true });
      askInTime();
    });
  }

  /** The extractor that the server picks, and each second time the one that was heard of last, which does not hang. */
  #inTurn(turn: number, to_any: string): string {
    if (turn % 2 === 0 || this.#streams.size === 0) return to_any;
    return [...this.#streams].reduce((a, b) => (a.heard_at > b.heard_at ? a : b)).subject;
  }

  #lose(): void {
    for (const stream of this.#streams) stream.break();
  }

  #watch(): void {
    const now = this.clock.now();
    for (const stream of this.#streams) stream.watch(now);
  }

  #forget(stream: NatsStream): void {
    this.#streams.delete(stream);
    if (this.#streams.size > 0) return;
    this.#stopWatching?.();
    this.#stopWatching = null;
  }
}

function giveBack(link: NatsLink, { subject, lease }: Lease, { traceparent }: StreamOpen): void {
  link.tell(subject, encodeRequest({ kind: 'release', lease }, traceparent));
}
