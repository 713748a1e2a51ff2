import type { CaptureFrame } from './frame-source.js';

/** What of a capture was sent so far, and how much of it is known to have arrived. Times of sending are milliseconds of any clock. */
export class SentFrames {
  /** Bytes of all frames sent. */
  bytes = 0;
  /** When the camera took the first and the last of them; null if there is none. */
  first: Date | null = null;
  last: Date | null = null;
  /** Bytes of the last of them. */
  last_bytes = 0;
  #acknowledged = 0;
  readonly #sent_at: number[] = [];

  /** Frames sent, which is the last one's `seq`. */
  get count(): number {
    return this.#sent_at.length;
  }

  /** Frames the extractor is known to have. */
  get acknowledged(): number {
    return this.#acknowledged;
  }

  /** Event time between the first and the last. */
  get elapsed_ms(): number {
    return this.first && this.last ? this.last.getTime() - this.first.getTime() : 0;
  }

  add({ jpeg, timestamp_frame }: CaptureFrame, now: number): void {
    this.first ??= timestamp_frame;
    this.last = timestamp_frame;
    this.last_bytes = jpeg.byteLength;
    this.bytes += jpeg.byteLength;
    this.#sent_at.push(now);
  }

  /** Every frame up to `seq` has arrived. */
  acknowledge(seq: number): void {
    this.#acknowledged = Math.max(this.#acknowledged, Math.min(seq, this.count));
  }

  /** How long the oldest frame that is not acknowledged has been on its way; 0 if there is none. */
  lag_ms(now: number): number {
    const oldest = this.#sent_at[this.#acknowledged];
    return oldest === undefined ? 0 : now - oldest;
  }
}
