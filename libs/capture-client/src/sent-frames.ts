import type { CaptureFrame } from './frame-source.js';

/** How much of a gesture arrived at the extractor. */
export interface DeliveredFrames {
  readonly frames: number;
  /** Event time of the last of them, else null. */
  readonly last_timestamp_frame: Date | null;
  /** Longest event time between two of them, in milliseconds; 0 if there are fewer than two. */
  readonly largest_hole_ms: number;
}

/** The frames that a capture has sent, and how many of them are known to have arrived. */
export class SentFrames {
  #acknowledged = 0;
  /** Bytes of the first n frames, for each n. */
  readonly #bytes_of = [0];
  /** When the camera took each. */
  readonly #timestamps: Date[] = [];

  /** Frames sent, which is the last one's `seq`. */
  get count(): number {
    return this.#timestamps.length;
  }

  get bytes(): number {
    return this.#bytes_of[this.count] ?? 0;
  }

  /** When the camera took the first, else null. */
  get first(): Date | null {
    return this.#timestamps[0] ?? null;
  }

  /** When the camera took the last, else null. */
  get last(): Date | null {
    return this.#timestamps.at(-1) ?? null;
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
    this.#bytes_of.push(this.bytes + jpeg.byteLength);
    this.#timestamps.push(timestamp_frame);
  }

  /** Every frame up to `seq` has arrived. */
  acknowledge(seq: number): void {
    this.#acknowledged = Math.max(this.#acknowledged, Math.min(seq, this.count));
  }

  /** What the extractor has if it has the first `frames` of them. */
  delivered(frames: number): DeliveredFrames {
    const times = this.#timestamps.slice(0, frames);
    const holes = times.slice(1).map((time, index) => time.getTime() - (times[index]?.getTime() ?? NaN));
    return { frames, last_timestamp_frame: times.at(-1) ?? null, largest_hole_ms: Math.max(0, ...holes) };
  }
}
