import type { ClientLimits } from '@a3cp/capture-protocol';
import type { CaptureConnection } from './capture-connection.js';
import type { CaptureMessages } from './capture-messages.js';
import type { FailedCapture } from './capture-result.js';
import type { CaptureOptions } from './capture.js';
import { DEFAULT_CLIENT_LIMITS } from './client-limits.js';
import type { EndCircumstances } from './explanation.js';
import { admit } from './frame-admission.js';
import type { CaptureFrame, FrameBudget } from './frame-source.js';
import { type DeliveredFrames, SentFrames } from './sent-frames.js';
import type { Uplink } from './uplink.js';

/** A server that speaks a3cp.capture.v1 has answered `capture.open` by then, or aborted. PROTOCOL.md, "Timers". */
const EXTENSION_TIMEOUT_MS = 5_000;

/** A source that gave no frame for so long is silent; the server gives up after 8,000. PROTOCOL.md, "Timers". */
const SOURCE_SILENCE_MS = 4_000;

/** The sending half of a capture: what goes out, what is left out, and why. PROTOCOL.md, "Messages" and "Limits". */
export class CaptureSender implements FrameBudget {
  readonly sent = new SentFrames();
  /** Frames the source gave that were not sent. */
  skipped = 0;
  /** Why the frames after the last sent one were not sent. */
  hindrance: FailedCapture['failure'] | null = null;
  /** When the capture.open went out, by the clock; null before. */
  opened_at: number | null = null;
  #limits = DEFAULT_CLIENT_LIMITS;
  #acknowledges = false;
  /** When the source gave its last frame, or the capture began. */
  #given_at: number;

  constructor(
    private readonly options: CaptureOptions,
    private readonly messages: CaptureMessages,
    private readonly connection: CaptureConnection,
    private readonly uplink: Uplink,
    private readonly clock: () => number = () => performance.now(),
  ) {
    this.#given_at = clock();
  }

  get max_frame_bytes(): number {
    return Math.min(this.#limits.max_frame_bytes, this.uplink.frameBytes(this.clock()));
  }

  /** A `capture.opened` came: the server speaks a3cp.capture.v1 and acknowledges frames. */
  get acknowledges(): boolean {
    return this.#acknowledges;
  }

  /** The frames that the extractor is known to have; null if the server acknowledges none. */
  get delivered(): DeliveredFrames | null {
    return this.#acknowledges ? this.sent.delivered(this.sent.acknowledged) : null;
  }

  /** What may have prevented a good end. A server that did not accept the capture has received no frame. */
  get circumstances(): EndCircumstances {
    const { count, acknowledged } = this.sent;
    return {
      frames_on_the_way: this.#acknowledges ? count > acknowledged : !this.connection.isExtended && this.uplink.isBusy,
      source_is_silent: this.clock() - this.#given_at >= SOURCE_SILENCE_MS,
    };
  }

  /** The server has accepted the capture, sent its limits, and will acknowledge frames. */
  accepted(limits: ClientLimits): void {
    this.#limits = limits;
    this.#acknowledges = true;
    this.uplink.accepted(this.clock());
  }

  /** Every frame up to `seq` has arrived. */
  acknowledged(seq: number): void {
    this.sent.acknowledge(seq);
    this.uplink.arrived(this.sent.acknowledged_bytes, this.clock());
  }

  /** Without acknowledgements, notices what the WebSocket has sent; returns whether anything has left. */
  observe(): boolean {
    const { opened_at } = this;
    if (this.#acknowledges || opened_at === null) return false;
    const now = this.clock();
    if (this.connection.isExtended && now - opened_at < EXTENSION_TIMEOUT_MS) return false;
    return this.uplink.arrived(this.sent.bytes - this.connection.bufferedAmount, now);
  }

  /** Whether a frame may go out without being left out for the network. */
  hasRoomFor({ jpeg }: CaptureFrame): boolean {
    this.observe();
    return this.uplink.fits(jpeg.byteLength, this.clock());
  }

  /** Sends a frame or leaves it out, by the limits and the network; or says that the capture is full. */
  take(frame: CaptureFrame): 'sent' | 'skipped' | 'full' {
    this.#given_at = this.clock();
    const { source, duration_ms = Infinity } = this.options;
    const max_duration_ms = Math.min(duration_ms, this.#limits.max_duration_ms);
    switch (admit(frame, this.sent, { ...this.#limits, max_duration_ms }, source.fps_target)) {
      case 'past_end':
        return 'full';
      case 'too_early':
        return this.#skip(this.hindrance);
      case 'too_large':
        return this.#skip('limit_frame_bytes_exceeded');
      case 'send':
        return this.#mayGo(frame) ? this.#send(frame) : this.#skip('connection_lost');
    }
  }

  /** Ends the capture well, also one of nothing. */
  close(): void {
    const timestamp_end = this.sent.last ?? new Date();
    if (this.sent.count === 0) this.#open(timestamp_end);
    this.connection.send(this.messages.close(timestamp_end));
  }

  #mayGo({ jpeg }: CaptureFrame): boolean {
    this.observe();
    return this.options.source.waits === true || this.uplink.admits(jpeg.byteLength, this.clock());
  }

  #send(frame: CaptureFrame): 'sent' {
    if (this.sent.count === 0) this.#open(frame.timestamp_frame);
    this.connection.send(this.messages.frameMeta(this.sent.count + 1, frame));
    this.connection.sendBytes(frame.jpeg);
    this.sent.add(frame);
    this.uplink.sent(frame.jpeg.byteLength, this.clock());
    this.hindrance = null;
    return 'sent';
  }

  #skip(hindrance: FailedCapture['failure'] | null): 'skipped' {
    this.skipped += 1;
    this.hindrance = hindrance;
    return 'skipped';
  }

  #open(timestamp_start: Date): void {
    this.connection.send(this.messages.open(this.options.source, timestamp_start, this.options.intent));
    this.opened_at = this.clock();
  }
}
