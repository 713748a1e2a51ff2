import type { CaptureClientMessage, CaptureServerMessage } from '@a3cp/capture-protocol';
import { jpegQualityOf } from './jpeg-quality-of.js';

/** One frame that the client sent. */
export interface SentFrame {
  /** Event time, milliseconds since 1970. */
  readonly timestamp_ms: number;
  readonly bytes: number;
  /** From 0 to 1. */
  readonly quality: number;
}

/** What went over the WebSocket of one capture. */
export class Transcript {
  readonly #frames: SentFrame[] = [];
  readonly #connected_at = performance.now();
  #timestamp_ms = NaN;
  #acknowledged = 0;
  /** From the WebSocket's constructor to the first frame; NaN without a frame. */
  first_frame_ms = NaN;

  /** Notes a message of the client: text, or the bytes of a frame. */
  sent(data: string | Uint8Array): void {
    if (typeof data === 'string') {
      const message = JSON.parse(data) as CaptureClientMessage;
      if (message.event === 'capture.frame_meta') this.#timestamp_ms = Date.parse(message.timestamp_frame);
      return;
    }
    if (this.#frames.length === 0) this.first_frame_ms = performance.now() - this.#connected_at;
    this.#frames.push({ timestamp_ms: this.#timestamp_ms, bytes: data.byteLength, quality: jpegQualityOf(data) });
  }

  /** Notes a message of the gateway. */
  heard(text: string): void {
    const message = JSON.parse(text) as CaptureServerMessage;
    if (message.event === 'capture.ack') this.#acknowledged = message.seq;
    if (message.event === 'capture.closed') this.#acknowledged = message.frame_count;
  }

  /** The frames that the extractor has, oldest first. */
  get delivered(): readonly SentFrame[] {
    return this.#frames.slice(0, this.#acknowledged);
  }

  /** Milliseconds from the WebSocket's constructor until now. */
  get elapsed_ms(): number {
    return performance.now() - this.#connected_at;
  }
}
