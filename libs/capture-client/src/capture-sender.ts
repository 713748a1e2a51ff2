import type { ClientLimits } from '@a3cp/capture-protocol';
import type { CaptureConnection } from './capture-connection.js';
import type { CaptureMessages } from './capture-messages.js';
import type { FailedCapture } from './capture-result.js';
import type { CaptureOptions } from './capture.js';
import { DEFAULT_CLIENT_LIMITS } from './client-limits.js';
import { DeliveryRate } from './delivery-rate.js';
import { admit } from './frame-admission.js';
import type { CaptureFrame, FrameBudget } from './frame-source.js';
import { SentFrames } from './sent-frames.js';

/** What may be on its way: as much as arrives within this time, which the server's deadline leaves after the last frame. */
const MAX_LAG_MS = 1_000;

/** The sending half of a capture: what goes out, what is left out, and why. PROTOCOL.md, "Messages" and "Limits". */
export class CaptureSender implements FrameBudget {
  readonly sent = new SentFrames();
  /** Frames the source gave that were not sent. */
  skipped = 0;
  /** What kept the frames after the last sent one from going out. */
  hindrance: FailedCapture['failure'] | null = null;
  #limits = DEFAULT_CLIENT_LIMITS;
  #rate: DeliveryRate | null = null;

  constructor(
    private readonly options: CaptureOptions,
    private readonly messages: CaptureMessages,
    private readonly connection: CaptureConnection,
  ) {}

  get max_frame_bytes(): number {
    return this.#limits.max_frame_bytes;
  }

  /** The server has accepted the capture, told its limits, and will acknowledge frames. */
  accepted(limits: ClientLimits): void {
    this.#limits = limits;
    this.#rate = new DeliveryRate(performance.now());
  }

  /** Every frame up to `seq` has arrived. */
  acknowledged(seq: number): void {
    this.sent.acknowledge(seq);
    this.#rate?.acknowledge(this.sent.acknowledged_bytes, performance.now());
  }

  /** Sends a frame or leaves it out, as the limits and the network have it; or says that the capture is full. */
  take(frame: CaptureFrame): 'sent' | 'skipped' | 'full' {
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
        return this.#isBehind(frame) ? this.#skip('connection_lost') : this.#send(frame);
    }
  }

  /** Ends the capture well, also one of nothing. */
  close(): void {
    const timestamp_end = this.sent.last ?? new Date();
    if (this.sent.count === 0) this.#open(timestamp_end);
    this.connection.send(this.messages.close(timestamp_end));
  }

  /** A frame goes out only when the one before has begun to leave; to a server that acknowledges, only if it arrives soon. */
  #isBehind({ jpeg }: CaptureFrame): boolean {
    const { sent } = this;
    if (this.connection.bufferedAmount > sent.last_bytes) return true;
    const on_the_way = sent.bytes - sent.acknowledged_bytes;
    if (!this.#rate || on_the_way === 0) return false;
    return on_the_way + jpeg.byteLength > this.#rate.bytesWithin(MAX_LAG_MS, performance.now());
  }

  #send(frame: CaptureFrame): 'sent' {
    if (this.sent.count === 0) this.#open(frame.timestamp_frame);
    this.connection.send(this.messages.frameMeta(this.sent.count + 1, frame));
    this.connection.sendBytes(frame.jpeg);
    this.sent.add(frame);
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
  }
}
