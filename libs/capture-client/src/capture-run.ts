import type { CaptureClosedMessage, CaptureErrorCode, CaptureServerMessage } from '@a3cp/capture-protocol';
import { CameraError } from './camera-error.js';
import { CaptureConnection, type ConnectionEnd, type ConnectionListener } from './capture-connection.js';
import { ABNORMAL_CLOSURE, failureOf, NORMAL_CLOSURE } from './capture-failure.js';
import { type CaptureIdentity, CaptureMessages } from './capture-messages.js';
import type { CaptureResult, FailedCapture } from './capture-result.js';
import type { CaptureOptions } from './capture.js';
import { DEFAULT_CLIENT_LIMITS, DEFAULT_DEADLINE_MS } from './client-limits.js';
import { explain } from './explanation.js';
import { admit } from './frame-admission.js';
import type { CaptureFrame, FrameBudget } from './frame-source.js';
import { framesUntilOver } from './frames-until-over.js';
import type { ProgressFeed } from './progress-feed.js';
import { SentFrames } from './sent-frames.js';

/** For the WebSocket to open. */
const CONNECT_TIMEOUT_MS = 10_000;

/** From one frame that goes out to the next; the server gives up after 5,000. PROTOCOL.md, "Timers". */
const SILENCE_TIMEOUT_MS = 4_000;

/** From `capture.close` to the server's verdict, which may take it 3,000 after the last frame has arrived. */
const VERDICT_TIMEOUT_MS = 10_000;

/** How long before the server's deadline a capture ends by itself: what is on its way still has to arrive. */
const DEADLINE_MARGIN_MS = 1_500;

/** How long the oldest frame may be on its way before no more are sent; acknowledgements come every 250. */
const MAX_LAG_MS = 1_000;

/** One capture from its connection to its result. PROTOCOL.md, "A capture from start to end". */
export class CaptureRun implements ConnectionListener, FrameBudget {
  readonly #sent = new SentFrames();
  readonly #messages: CaptureMessages;
  readonly #result: Promise<CaptureResult>;
  #settle!: (result: CaptureResult) => void;
  #reject!: (reason: unknown) => void;
  /** The connection takes messages, or there will be no result that needs it. */
  readonly #connected: Promise<void>;
  #connect!: () => void;
  /** No further frame is to be pulled. */
  readonly #over: Promise<void>;
  #end!: () => void;
  #connection: CaptureConnection | null = null;
  #limits = DEFAULT_CLIENT_LIMITS;
  /** A `capture.opened` came: the server speaks a3cp.capture.v1, and success is a receipt. */
  #speaks_v1 = false;
  #error_code: CaptureErrorCode | null = null;
  #close_sent = false;
  #settled = false;
  #skipped = 0;
  /** What kept the frames after the last sent one from going out. */
  #hindrance: FailedCapture['failure'] | null = null;
  #watch: ReturnType<typeof setTimeout> | undefined;
  #deadline: ReturnType<typeof setTimeout> | undefined;

  constructor(
    private readonly options: CaptureOptions,
    private readonly identity: CaptureIdentity,
    private readonly feed: ProgressFeed,
  ) {
    this.#messages = new CaptureMessages(identity);
    this.#connected = new Promise((resolve) => (this.#connect = resolve));
    this.#over = new Promise((resolve) => (this.#end = resolve));
    this.#result = new Promise((resolve, reject) => {
      const finish = (): void => {
        this.#settled = true;
        this.#connect();
        this.#end();
      };
      this.#settle = (result) => {
        finish();
        resolve(result);
      };
      this.#reject = (reason) => {
        finish();
        // the caller's own reason, or what the caller's source threw
        // eslint-disable-next-line @typescript-eslint/prefer-promise-reject-errors
        reject(reason);
      };
    });
    // it is looked at when the source has been closed
    this.#result.catch(() => undefined);
  }

  get max_frame_bytes(): number {
    return this.#limits.max_frame_bytes;
  }

  async run(): Promise<CaptureResult> {
    const { url, signal, source, WebSocket = globalThis.WebSocket } = this.options;
    const giveUp = (): void => this.#reject(signal?.reason);
    signal?.addEventListener('abort', giveUp);
    try {
      try {
        signal?.throwIfAborted();
        const connection = (this.#connection = new CaptureConnection(url, WebSocket, this));
        this.#await(CONNECT_TIMEOUT_MS, () => this.#fail('server_silent', 'the WebSocket did not open in time'));
        await this.#connected;
        if (!this.#settled) await this.#sendFrames(connection);
      } finally {
        source.close();
      }
      if (this.#connection.isOpen && !this.#settled && !this.#error_code) this.#close(this.#connection);
      return await this.#result;
    } finally {
      signal?.removeEventListener('abort', giveUp);
      clearTimeout(this.#watch);
      clearTimeout(this.#deadline);
      this.#connection?.close();
      this.feed.end();
    }
  }

  /** Ends the capture well: `capture.close` is next. */
  readonly stop = (): void => this.#end();

  opened(): void {
    this.#connect();
  }

  heard(message: CaptureServerMessage): void {
    switch (message.event) {
      case 'capture.opened':
        this.#speaks_v1 = true;
        this.#limits = { ...DEFAULT_CLIENT_LIMITS, ...message.limits };
        this.#stopIn(message.deadline_ms - DEADLINE_MARGIN_MS);
        this.feed.tell({ kind: 'opened', limits: this.#limits, deadline_ms: message.deadline_ms });
        return;
      case 'capture.ack':
        this.#sent.acknowledge(message.seq);
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
        this.#connection?.close();
    }
  }

  ended({ opened, close_code, reason }: ConnectionEnd): void {
    if (this.#error_code) this.#abort(this.#error_code, reason);
    else if (!opened) this.#fail('server_unreachable', reason, close_code);
    // without the extension a 1000 is the receipt of a capture.close, and of nothing else
    else if (close_code === NORMAL_CLOSURE && this.#close_sent && !this.#speaks_v1) this.#complete(false);
    else this.#fail(failureOf(close_code), reason, close_code);
  }

  async #sendFrames(connection: CaptureConnection): Promise<void> {
    this.#awaitFrame();
    try {
      for await (const frame of framesUntilOver(this.options.source.frames(this), this.#over)) {
        this.#take(frame, connection);
      }
    } catch (error) {
      if (error instanceof CameraError) this.#fail(error.code, error.message);
      else this.#reject(error);
    }
  }

  #take(frame: CaptureFrame, connection: CaptureConnection): void {
    const { fps_target } = this.options.source;
    switch (admit(frame, this.#sent, this.#ownLimits(), fps_target)) {
      case 'past_end':
        this.stop();
        return;
      case 'too_early':
        this.#skip(this.#hindrance);
        return;
      case 'too_large':
        this.#skip('limit_frame_bytes_exceeded');
        return;
      case 'send':
        if (this.#isBehind(connection)) this.#skip('connection_lost');
        else this.#send(frame, connection);
    }
  }

  #ownLimits() {
    const { duration_ms = Infinity } = this.options;
    return { ...this.#limits, max_duration_ms: Math.min(duration_ms, this.#limits.max_duration_ms) };
  }

  /** A frame goes out only when the one before has begun to leave, and, where it is known, frames arrive in time. */
  #isBehind({ bufferedAmount }: CaptureConnection): boolean {
    if (bufferedAmount > this.#sent.last_bytes) return true;
    return this.#speaks_v1 && this.#sent.lag_ms(performance.now()) > MAX_LAG_MS;
  }

  #send(frame: CaptureFrame, connection: CaptureConnection): void {
    if (this.#sent.count === 0) this.#open(frame.timestamp_frame, connection);
    connection.send(this.#messages.frameMeta(this.#sent.count + 1, frame));
    connection.sendBytes(frame.jpeg);
    this.#sent.add(frame, performance.now());
    this.#hindrance = null;
    this.#awaitFrame();
    this.#tellProgress();
  }

  #open(timestamp_start: Date, connection: CaptureConnection): void {
    const { source, intent } = this.options;
    connection.send(this.#messages.open(source, timestamp_start, intent));
    this.#stopIn(DEFAULT_DEADLINE_MS - DEADLINE_MARGIN_MS);
  }

  #skip(hindrance: FailedCapture['failure'] | null): void {
    this.#skipped += 1;
    this.#hindrance = hindrance;
    this.#tellProgress();
  }

  #close(connection: CaptureConnection): void {
    if (this.#sent.count === 0 && this.#hindrance) {
      this.#fail(this.#hindrance, 'no frame could be sent');
      return;
    }
    const timestamp_end = this.#sent.last ?? new Date();
    if (this.#sent.count === 0) this.#open(timestamp_end, connection);
    connection.send(this.#messages.close(timestamp_end));
    this.#close_sent = true;
    clearTimeout(this.#deadline);
    this.#await(VERDICT_TIMEOUT_MS, () => this.#fail('server_silent', 'no verdict came in time'));
    this.feed.tell({ kind: 'closing' });
  }

  #receive({ frame_count, byte_count }: CaptureClosedMessage): void {
    const { count, bytes } = this.#sent;
    if (this.#close_sent && frame_count === count && byte_count === bytes) {
      this.#sent.acknowledge(count);
      this.#complete(true);
    } else this.#fail('not_confirmed', `the receipt is of ${frame_count} frames, ${count} were sent`);
  }

  #complete(receipt: boolean): void {
    const { count: frames, bytes } = this.#sent;
    const { capture_id } = this.identity;
    this.#settle({ kind: 'completed', capture_id, frames, bytes, skipped: this.#skipped, receipt });
  }

  #abort(error_code: CaptureErrorCode, reason: string): void {
    this.#settle({ kind: 'aborted', error_code, ...explain(error_code), ...this.#early(reason) });
  }

  #fail(failure: FailedCapture['failure'], reason: string, close_code = ABNORMAL_CLOSURE): void {
    this.#settle({ kind: 'failed', failure, close_code, ...explain(failure), ...this.#early(reason) });
  }

  #early(reason: string) {
    return { capture_id: this.identity.capture_id, reason, frames_delivered: this.#delivered() };
  }

  #delivered(): number | null {
    return this.#speaks_v1 ? this.#sent.acknowledged : null;
  }

  #tellProgress(): void {
    const { count: frames_sent, bytes: bytes_sent, elapsed_ms } = this.#sent;
    const frames_delivered = this.#delivered();
    this.feed.tell({
      kind: 'progress',
      frames_sent,
      frames_skipped: this.#skipped,
      bytes_sent,
      frames_delivered,
      elapsed_ms,
    });
  }

  #awaitFrame(): void {
    const silent = (): void => this.#fail(this.#hindrance ?? 'camera_silent', 'no frame could be sent for too long');
    this.#await(SILENCE_TIMEOUT_MS, silent);
  }

  /** Whatever was awaited before has come. */
  #await(ms: number, missed: () => void): void {
    clearTimeout(this.#watch);
    this.#watch = setTimeout(missed, ms);
  }

  #stopIn(ms: number): void {
    clearTimeout(this.#deadline);
    this.#deadline = setTimeout(this.stop, ms);
  }
}
