import type { CaptureClosedMessage, CaptureErrorCode, CaptureServerMessage } from '@a3cp/capture-protocol';
import { CameraError } from './camera-error.js';
import { CaptureConnection, type ConnectionEnd, type ConnectionListener } from './capture-connection.js';
import { ABNORMAL_CLOSURE, failureOf, NORMAL_CLOSURE } from './capture-failure.js';
import { CaptureMessages } from './capture-messages.js';
import type { CaptureResult, FailedCapture } from './capture-result.js';
import { CaptureSender } from './capture-sender.js';
import { CaptureWatch, type WatchListener } from './capture-watch.js';
import type { CaptureOptions } from './capture.js';
import { DEFAULT_CLIENT_LIMITS, DEFAULT_DEADLINE_MS } from './client-limits.js';
import type { CaptureFrame } from './frame-source.js';
import { framesUntilOver } from './frames-until-over.js';
import type { ProgressFeed } from './progress-feed.js';
import { aborted, completed, failed } from './result-of.js';
import { Settlement } from './settlement.js';
import { Uplink } from './uplink.js';
import { UplinkMemory } from './uplink-memory.js';

/** How often a frame that waits for the network looks for room. */
const ROOM_INTERVAL_MS = 20;

/** What the captures of this page have learnt. */
const UPLINKS = new UplinkMemory();

/** One capture from its connection to its result. PROTOCOL.md, "A capture from start to end". */
export class CaptureRun implements ConnectionListener, WatchListener {
  readonly #settlement = new Settlement<CaptureResult>();
  readonly #connection: CaptureConnection;
  readonly #uplink: Uplink;
  readonly #sender: CaptureSender;
  readonly #watch: CaptureWatch;
  #connect!: () => void;
  /** The connection takes messages. */
  readonly #connected = new Promise<void>((resolve) => (this.#connect = resolve));
  /** No further frame is pulled, and no pulled frame is sent. */
  readonly #over = new Settlement<void>();
  #error_code: CaptureErrorCode | null = null;
  #close_sent = false;

  constructor(
    private readonly options: CaptureOptions,
    private readonly capture_id: string,
    private readonly feed: ProgressFeed,
  ) {
    const { url, identity, ticket, source, uplinks = UPLINKS, WebSocket = globalThis.WebSocket } = options;
    this.#connection = new CaptureConnection(url, ticket, WebSocket, this);
    this.#uplink = new Uplink(source.fps_target, uplinks.recall(url));
    const messages = new CaptureMessages({ ...identity, capture_id });
    this.#sender = new CaptureSender(options, messages, this.#connection, this.#uplink);
    this.#watch = new CaptureWatch(this.#sender, this.#uplink, this);
    void this.#settlement.done.then(() => this.stop());
  }

  /** The whole capture; the source is closed before anything else is awaited. */
  async run(): Promise<CaptureResult> {
    const { signal, source, url, uplinks = UPLINKS } = this.options;
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
      this.#watch.stop();
      uplinks.remember(url, this.#uplink.bytes_per_second);
      this.#connection.close();
      this.feed.end();
    }
  }

  /** Ends the capture well: `capture.close` is next. */
  stop(): void {
    this.#over.resolve();
  }

  opened(handshake_ms: number): void {
    this.#uplink.connected(handshake_ms);
    this.#watch.alive();
    this.#connect();
  }

  heard(message: CaptureServerMessage): void {
    switch (message.event) {
      case 'capture.opened': {
        const { deadline_ms } = message;
        const limits = { ...DEFAULT_CLIENT_LIMITS, ...message.limits };
        this.#sender.accepted(limits);
        this.#endWithin(deadline_ms);
        this.feed.tell({ kind: 'opened', limits, deadline_ms });
        break;
      }
      case 'capture.ack':
        this.#sender.acknowledged(message.seq);
        this.#tellProgress();
        break;
      case 'capture.closed':
        this.#receive(message);
        break;
      case 'capture.abort':
        this.#error_code = message.error_code;
        this.stop();
        // the server's close follows, with the reason; closing from here as well ends what is still being sent
        this.#connection.close();
    }
    this.#watch.alive();
  }

  ended({ opened, close_code, reason }: ConnectionEnd): void {
    if (this.#error_code) this.#abort(this.#error_code, reason);
    else if (!opened) this.#fail('server_unreachable', reason, close_code);
    // without the extension a 1000 is the receipt of a capture.close, and of nothing else
    else if (close_code === NORMAL_CLOSURE && this.#close_sent && !this.#sender.acknowledges) this.#complete(false);
    else this.#fail(failureOf(close_code), reason, close_code);
  }

  stalled(waiting: boolean): void {
    this.feed.tell({ kind: 'network', waiting });
  }

  outOfTime(): void {
    this.stop();
  }

  gaveUp(): void {
    const { hindrance } = this.#sender;
    if (this.#error_code) this.#abort(this.#error_code, '');
    else if (!this.#connection.isOpen) this.#fail('server_silent', 'the WebSocket did not open in time');
    else if (this.#close_sent) this.#fail('server_silent', 'no verdict came in time');
    else {
      const failure = hindrance ?? (this.#uplink.isBusy ? 'connection_lost' : 'camera_silent');
      this.#fail(failure, 'no frame could be sent for too long');
    }
  }

  async #sendFrames(): Promise<void> {
    this.#connection.connect();
    await Promise.race([this.#connected, this.#settlement.done]);
    if (this.#settlement.isSettled) return;
    const { source } = this.options;
    try {
      for await (const frame of framesUntilOver(source.frames(this.#sender), this.#over.promise)) {
        if (source.waits) await this.#roomFor(frame);
        if (!this.#over.isSettled) this.#take(frame);
      }
    } catch (error) {
      if (error instanceof CameraError) this.#fail(error.code, error.message);
      else this.#settlement.reject(error);
    }
  }

  /** Resolves once the network has room for the frame, or once the capture is over. */
  async #roomFor(frame: CaptureFrame): Promise<void> {
    while (!this.#over.isSettled && !this.#sender.hasRoomFor(frame)) {
      await new Promise((resolve) => setTimeout(resolve, ROOM_INTERVAL_MS));
    }
  }

  #take(frame: CaptureFrame): void {
    const taken = this.#sender.take(frame);
    if (taken === 'full') {
      this.stop();
      return;
    }
    if (taken === 'sent') {
      if (this.#sender.sent.count === 1) this.#endWithin(DEFAULT_DEADLINE_MS);
      this.#watch.alive();
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
    this.#watch.alive();
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
    this.#settlement.resolve(completed(this.capture_id, this.#sender, receipt));
  }

  #abort(error_code: CaptureErrorCode, reason: string): void {
    this.#settlement.resolve(aborted(this.capture_id, this.#sender, error_code, reason));
  }

  #fail(failure: FailedCapture['failure'], reason: string, close_code = ABNORMAL_CLOSURE): void {
    this.#settlement.resolve(failed(this.capture_id, this.#sender, failure, reason, close_code));
  }

  #tellProgress(): void {
    const { sent, skipped: frames_skipped, acknowledges } = this.#sender;
    const { count: frames_sent, bytes: bytes_sent, elapsed_ms, acknowledged } = sent;
    const frames_delivered = acknowledges ? acknowledged : null;
    this.feed.tell({ kind: 'progress', frames_sent, frames_skipped, bytes_sent, frames_delivered, elapsed_ms });
  }

  /** The server counts from when it accepts the capture, which is after the capture.open went out. */
  #endWithin(deadline_ms: number): void {
    const { opened_at } = this.#sender;
    if (opened_at !== null) this.#uplink.endBefore(opened_at + deadline_ms);
  }
}
