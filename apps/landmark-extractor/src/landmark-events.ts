import { Readable } from 'node:stream';
import type { CaptureLandmarks } from './capture-landmarks.js';
import type { FrameResult } from './landmarks/frame-result.js';

/**
 * The landmarks of a capture as server-sent events: always the latest, so that a slow reader is late by one and memory holds
 * one, then `end`. docs/integration/landmarks.md.
 */
export class LandmarkEvents extends Readable {
  #wanted = false;
  #sent: FrameResult | null = null;

  /** @param eventOf returns the message with the landmarks of a frame, the same for all readers */
  constructor(
    private readonly landmarks: CaptureLandmarks,
    private readonly eventOf: (result: FrameResult) => Buffer,
  ) {
    super({ highWaterMark: 1 });
    landmarks.changes.on('change', this.#offer);
    // a comment, so that the headers go out before there is a result
    this.push(': the latest landmarks\n\n');
  }

  override _read(): void {
    this.#wanted = true;
    this.#offer();
  }

  override _destroy(error: Error | null, callback: (error?: Error | null) => void): void {
    this.landmarks.changes.off('change', this.#offer);
    callback(error);
  }

  readonly #offer = (): void => {
    if (!this.#wanted) return;
    const { latest, state } = this.landmarks;
    if (latest && latest !== this.#sent) {
      this.#sent = latest;
      this.#wanted = false;
      this.push(this.eventOf(latest));
    } else if (state !== 'running') {
      this.#wanted = false;
      this.push('event: end\ndata: {}\n\n');
      this.push(null);
    }
  };
}
