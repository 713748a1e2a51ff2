import type { CaptureClosedMessage, CaptureErrorCode, CaptureServerMessage } from '@a3cp/capture-protocol';
import { CameraError } from './camera-error.js';
import { CaptureConnection, type ConnectionEnd, type ConnectionListener } from './capture-connection.js';
import { ABNORMAL_CLOSURE, failureOf, NORMAL_CLOSURE } from './capture-failure.js';
import { type CaptureIdentity, CaptureMessages } from './capture-messages.js';
import type { CaptureResult, FailedCapture } from './capture-result.js';
import { CaptureSender } from './capture-sender.js';
import type { CaptureOptions } from './capture.js';
import { DEFAULT_CLIENT_LIMITS, DEFAULT_DEADLINE_MS } from './client-limits.js';
import { explain } from './explanation.js';
import type { CaptureFrame } from './frame-source.js';
import { framesUntilOver } from './frames-until-over.js';
import type { ProgressFeed } from './progress-feed.js';
import { Settlement } from './settlement.js';

/** For the WebSocket to open. */
const CONNECT_TIMEOUT_MS = 10_000;

/** From one frame that goes out to the next; the server gives up after 5,000. PROTOCOL.md, "Timers". */
const SILENCE_TIMEOUT_MS = 4_000;

/** From `capture.close` to the server's verdict, which may take it 3,000 after the last frame has arrived. */
const VERDICT_TIMEOUT_MS = 10_000;

/** How long before the server's deadline a capture ends by itself: what is on its way still has to arrive. */
const DEADLINE_MARGIN_MS = 1_500;

/** One capture from its connection to its result. PROTOCOL.md, "A capture from start to end". */
export class CaptureRun implements ConnectionListener {
  readonly #settlement = new Settlement<CaptureResult>();
  readonly #connection: CaptureConnection;
  readonly #sender: CaptureSender;
  #connect!: () => void;
  /** The connection takes messages. */
  readonly #connected = new Promise<void>((resolve) => (this.#connect = resolve));
  #end!: () => void;
  /** No further frame is to be pulled. */
  readonly #over = new Promise<void>((resolve) => (this.#end = resolve));
  /** A `capture.opened` came: the server speaks a3cp.capture.v1, and success is a receipt. */
  #speaks_v1 = false;
  #error_code: CaptureErrorCode | null = null;
  #close_sent = false;
  #watch: ReturnType<typeof setTimeout> | undefined;
  #deadline: ReturnType<typeof setTimeout> | undefined;

  constructor(
    private readonly options: CaptureOptions,
    private readonly identity: CaptureIdentity,
    private readonly feed: ProgressFeed,
  ) {
    const { url, ticket, WebSocket = globalThis.WebSocket } = options;
    this.#connection = new CaptureConnection(url, ticket, WebSocket, this);
    this.#sender = new CaptureSender(options, new CaptureMessages(identity), this.#connection);
    void this.#settlement.done.then(() => this.#end());
  }

  /** The whole capture; the source is closed before anything else is awaited. */
  async run(): Promise<CaptureResult> {
    const { signal, source } = this.options;
    const giveUp = (): void => this.#settlement.reject(signal?.reason);
    signal?.addEventListener('abort', giveUp);
    try {
      try {
        signal?.throwIfAborted();
        await this.#sendFrames();
      } finally {
        source.close();
      }
      this.#close();
      return await this.#settlement.promise;
    } finally {
      signal?.removeEventListener('abort', giveUp);
      clearTimeout(this.#watch);
      clearTimeout(this.#deadline);
      this.#connection.close();
      this.feed.end();
    }
  }

  /** Ends the capture well: `capture.close` is next. */
  stop(): void {
    this.#end();
  }

  opened(): void {
    this.#connect();
  }

  heard(message: CaptureServerMessage): void {
    switch (message.event) {
      case 'capture.opened': {
        const { deadline_ms } = message;
        const limits = { ...DEFAULT_CLIENT_LIMITS, ...message.limits };
        this.#speaks_v1 = true;
        this.#sender.accepted(limits);
        this.#stopIn(deadline_ms - DEADLINE_MARGIN_MS);
        this.feed.tell({ kind: 'opened', limits, deadline_ms });
        return;
      }
      case 'capture.ack':
        this.#sender.acknowledged(message.seq);
        this.#tellProgress();
        return;
      case 'capture.closed':
        this.#receive(message);
        return;
      case 'capture.abort':
        this.#error_code = message.error_code;
        this.#end();
        this.#await(VERDICT_TIMEOUT_MS, () => this.#abort(message.error_code, ''));
        // the server's close follows, with the reason; closing from here as well ends what is still being sent
        this.#connection.close();
    }
  }

  ended({ opened, close_code, reason }: ConnectionEnd): void {
    if (this.#error_code) this.#abort(this.#error_code, reason);
    else if (!opened) this.#fail('server_unreachable', reason, close_code);
    // without the extension a 1000 is the receipt of a capture.close, and of nothing else
    else if (close_code === NORMAL_CLOSURE && this.#close_sent && !this.#speaks_v1) this.#complete(false);
    else this.#fail(failureOf(close_code), reason, close_code);
  }

  async #sendFrames(): Promise<void> {
    this.#connection.connect();
    this.#await(CONNECT_TIMEOUT_MS, () => this.#fail('server_silent', 'the WebSocket did not open in time'));
    await Promise.race([this.#connected, this.#settlement.done]);
    if (this.#settlement.isSettled) return;
    this.#awaitFrame();
    try {
      for await (const frame of framesUntilOver(this.options.source.frames(this.#sender), this.#over))
        this.#take(frame);
    } catch (error) {
      if (error instanceof CameraError) this.#fail(error.code, error.message);
      else this.#settlement.reject(error);
    }
  }

  #take(frame: CaptureFrame): void {
    const taken = this.#sender.take(frame);
    if (taken === 'full') {
      this.stop();
      return;
    }
    if (taken === 'sent') {
      if (this.#sender.sent.count === 1) this.#expectDeadline();
      this.#awaitFrame();
    }
    this.#tellProgress();
  }

  #close(): void {
    if (this.#settlement.isSettled || this.#error_code) return;
    const { sent, hindrance } = this.#sender;
    if (sent.count === 0 && hindrance) {
      this.#fail(hindrance, 'no frame could be sent');
      return;
    }
    // a server that has begun to close does not hear it
    this.#close_sent = this.#connection.isOpen;
    this.#sender.close();
    clearTimeout(this.#deadline);
    this.#await(VERDICT_TIMEOUT_MS, () => this.#fail('server_silent', 'no verdict came in time'));
    this.feed.tell({ kind: 'closing' });
  }

  #receive({ frame_count, byte_count }: CaptureClosedMessage): void {
    const { sent } = this.#sender;
    if (this.#close_sent && frame_count === sent.count && byte_count === sent.bytes) {
      this.#sender.acknowledged(sent.count);
      this.#tellProgress();
      this.#complete(true);
    } else this.#fail('not_confirmed', `the receipt is of ${frame_count} frames, ${sent.count} were sent`);
  }

  #complete(receipt: boolean): void {
    const { sent, skipped } = this.#sender;
    const { capture_id } = this.identity;
    this.#settlement.resolve({
      kind: 'completed',
      capture_id,
      frames: sent.count,
      bytes: sent.bytes,
      skipped,
      receipt,
    });
  }

  #abort(error_code: CaptureErrorCode, reason: string): void {
    this.#settlement.resolve({ kind: 'aborted', error_code, ...explain(error_code), ...this.#early(reason) });
  }

  #fail(failure: FailedCapture['failure'], reason: string, close_code = ABNORMAL_CLOSURE): void {
    this.#settlement.resolve({ kind: 'failed', failure, close_code, ...explain(failure), ...this.#early(reason) });
  }

  #early(reason: string) {
    return { capture_id: this.identity.capture_id, reason, frames_delivered: this.#delivered() };
  }

  #delivered(): number | null {
    return this.#speaks_v1 ? this.#sender.sent.acknowledged : null;
  }

  #tellProgress(): void {
    const { sent, skipped: frames_skipped } = this.#sender;
    const { count: frames_sent, bytes: bytes_sent, elapsed_ms } = sent;
    const frames_delivered = this.#delivered();
    this.feed.tell({ kind: 'progress', frames_sent, frames_skipped, bytes_sent, frames_delivered, elapsed_ms });
  }

  #awaitFrame(): void {
    this.#await(SILENCE_TIMEOUT_MS, () => {
      this.#fail(this.#sender.hindrance ?? 'camera_silent', 'no frame could be sent for too long');
    });
  }

  /** The deadline of a server that does not tell its own. */
  #expectDeadline(): void {
    if (!this.#speaks_v1) this.#stopIn(DEFAULT_DEADLINE_MS - DEADLINE_MARGIN_MS);
  }

  /** Whatever was awaited before has come. */
  #await(ms: number, missed: () => void): void {
    clearTimeout(this.#watch);
    this.#watch = setTimeout(missed, ms);
  }

  #stopIn(ms: number): void {
    clearTimeout(this.#deadline);
    this.#deadline = setTimeout(() => this.stop(), ms);
  }
}
