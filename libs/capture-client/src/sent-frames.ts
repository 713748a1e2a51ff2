import type { CaptureFrame } from './frame-source.js';

/** What of a capture was sent so far, and how much of it is known to have arrived. */
export class SentFrames {
  /** When the camera took the first and the last of them; null if there is none. */
  first: Date | null = null;
  last: Date | null = null;
  #acknowledged = 0;
  /** Bytes of the first n frames, for each n. */
  readonly #bytes_of = [0];

  /** Frames sent, which is the last one's `seq`. */
  get count(): number {
    return this.#bytes_of.length - 1;
  }

  get bytes(): number {
    return this.#bytes_of[this.count] ?? 0;
  }

  /** Bytes of the last frame; 0 if there is none. */
  get last_bytes(): number {
    return this.bytes - (this.#bytes_of[this.count - 1] ?? 0);
  }

  /** Frames the extractor is known to have. */
  get acknowledged(): number {
    return this.#acknowledged;
  }

  /** Bytes of those frames. */
  get acknowledged_bytes(): number {
    return this.#bytes_of[this.#acknowledged] ?? 0;
  }

  /** Event time between the first and the last. */
  get elapsed_ms(): number {
    return this.first && this.last ? this.last.getTime() - this.first.getTime() : 0;
  }

  add({ jpeg, timestamp_frame }: CaptureFrame): void {
    this.first ??= timestamp_frame;
    this.last = timestamp_frame;
    this.#bytes_of.push(this.bytes + jpeg.byteLength);
  }

  /** Every frame up to `seq` has arrived. */
  acknowledge(seq: number): void {
    this.#acknowledged = Math.max(this.#acknowledged, Math.min(seq, this.count));
  }
}
