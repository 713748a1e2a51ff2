import {
  type Clock,
  type ForwardItem,
  type LandmarkStream,
  PeerUnreachable,
  type StreamEnd,
} from '@a3cp/capture-domain';
import { Nak } from '../landmark-extractor.js';
import type { NatsLink } from './nats-connection.js';
import { decodeAck, encodeRequest, type Lease, type NatsAck, type NatsRequest } from './nats-framing.js';

/** A gateway that has nothing to send shows with a ping that it is there, and asks whether the extractor is. */
const PING_INTERVAL_MS = 1_000;

/**
 * After this time without an answer the gateway pings, since the extractor can be busy or dead. The interval doubles each time,
 * so as not to burden a busy extractor.
 */
const SUSPICION_MS = 50;

/** Within which a ping is answered, however busy the extractor is: as long as an acknowledgement may take by default. */
const PING_TIMEOUT_MS = 3_000;

interface Question {
  readonly asked_at: number;
  readonly reject: (error: Error) => void;
  /** Age at which to ask whether the extractor is there. */
  suspicious_ms: number;
}

/** One capture's way to the extractor that granted its lease. docs/integration/nats.md. */
export class NatsStream implements LandmarkStream {
  readonly failed: Promise<void>;
  #fail!: () => void;
  #over = false;
  /** The time since when an answer to a frame or the end is due, and the callback that rejects it. */
  #question: Question | null = null;
  /** When the oldest ping was sent that nothing has answered. */
  #pinged_at: number | null = null;
  #sent_at: number;
  #heard_at: number;

  /**
   * @param traceparent the W3C trace context of the capture, where it is traced
   * @param forget called once, when nothing is to be watched any more
   */
  constructor(
    private readonly link: NatsLink,
    private readonly lease: Lease,
    private readonly traceparent: string | undefined,
    private readonly clock: Clock,
    signal: AbortSignal,
    private readonly forget: () => void,
  ) {
    this.failed = new Promise((resolve) => (this.#fail = resolve));
    this.#sent_at = this.#heard_at = clock.now();
    signal.addEventListener('abort', () => this.#letGo(), { once: true });
  }

  /** Where the extractor of this stream listens. */
  get subject(): string {
    return this.lease.subject;
  }

  /** When it said something last. */
  get heard_at(): number {
    return this.#heard_at;
  }

  forward(item: ForwardItem): Promise<void> {
    return this.#ask({ kind: 'frame', lease: this.lease.lease, item }, { event: 'frame.ack', seq: item.seq });
  }

  async end(end: StreamEnd): Promise<void> {
    await this.#ask({ kind: 'end', lease: this.lease.lease, end }, { event: 'end.ack' });
    this.#finish();
  }

  /** Call it regularly: it pings when due, and breaks the stream without an answer. */
  watch(now: number): void {
    if (this.#pinged_at !== null && now - this.#pinged_at > PING_TIMEOUT_MS) {
      this.break();
      return;
    }
    const question = this.#question;
    const suspicious = question !== null && now - question.asked_at >= question.suspicious_ms;
    if (suspicious) question.suspicious_ms *= 2;
    if (suspicious || now - this.#sent_at >= PING_INTERVAL_MS) this.#ping(now);
  }

  /** Nothing more can come of this stream. */
  break(): void {
    if (this.#over) return;
    this.#question?.reject(new PeerUnreachable('the stream broke'));
    this.#finish();
    this.#fail();
  }

  #ask(request: NatsRequest, ack: NatsAck): Promise<void> {
    if (this.#over) return Promise.reject(new PeerUnreachable('the stream broke'));
    const asked_at = (this.#sent_at = this.clock.now());
    const answered = this.#send(request, ack);
    return new Promise((resolve, reject) => {
      const question = (this.#question = { asked_at, reject, suspicious_ms: SUSPICION_MS });
      const settle = (act: () => void): void => {
        this.#heard_at = this.clock.now();
        if (this.#question === question) this.#question = null;
        act();
      };
      answered.then(
        () => settle(resolve),
        (error: unknown) => settle(() => this.#refused(error, reject)),
      );
    });
  }

  /**
   * Resolves with the acknowledgement; rejects with a {@link Nak} for a refusal. It keeps no frame in memory while it waits,
   * since the NATS client waits longer than any caller.
   */
  async #send(request: NatsRequest, ack: NatsAck): Promise<void> {
    const answered = this.link.ask(this.lease.subject, encodeRequest(request, this.traceparent));
    return answered.then((answer) => decodeAck(answer, ack));
  }

  #refused(error: unknown, reject: (error: Error) => void): void {
    reject(new Error('the extractor did not take it', { cause: error }));
    // a refused frame is the capture's end and not the stream's
    if (!(error instanceof Nak)) this.break();
  }

  #ping(now: number): void {
    this.#sent_at = now;
    this.#pinged_at ??= now;
    this.#send({ kind: 'ping', lease: this.lease.lease }, { event: 'ping.ack' }).then(
      () => {
        this.#heard_at = this.clock.now();
        this.#pinged_at = null;
      },
      (error: unknown) => this.#failAtPing(error),
    );
  }

  /** An extractor that refuses the capture by its code still takes the end, unless it does not know the capture. */
  #failAtPing(error: unknown): void {
    if (!(error instanceof Nak) || error.code === 'unknown_capture') {
      this.break();
      return;
    }
    this.#heard_at = this.clock.now();
    this.#pinged_at = null;
    this.#fail();
  }

  #letGo(): void {
    if (this.#over) return;
    this.link.tell(this.lease.subject, encodeRequest({ kind: 'release', lease: this.lease.lease }, this.traceparent));
    this.#finish();
  }

  #finish(): void {
    this.#over = true;
    this.forget();
  }
}
