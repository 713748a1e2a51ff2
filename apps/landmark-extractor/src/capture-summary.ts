import type { ForwardItem, StreamEnd, StreamOpen } from '@a3cp/capture-domain';
import type { LandmarkNumbers } from './capture-landmarks.js';

/** How a capture ended, as the extractor saw it. */
interface CaptureTerminal {
  readonly event: StreamEnd['event'];
  /** Null on a close; `gateway_lost` where the stream broke without an end. */
  readonly error_code: StreamEnd['error_code'] | 'gateway_lost';
  /** Event time, ISO 8601, UTC. */
  readonly timestamp_end: string;
}

/** What is kept of a capture: numbers and its owner. Never a frame. */
export interface CaptureSummary extends LandmarkNumbers {
  readonly capture_id: string;
  readonly user_id: string;
  readonly session_id: string;
  readonly frame_count: number;
  /** Bytes of all frames as JPEG. */
  readonly byte_count: number;
  /** `seq` of the first frame, else 0. */
  readonly first_seq: number;
  /** `seq` of the last frame, else 0. */
  readonly last_seq: number;
  /** Frames that turned out to be broken; their capture is aborted unless it had its end before. */
  readonly broken_count: number;
  /** Mean brightness of all pictures, 0 (black) to 255 (white), two decimals; null before the first. */
  readonly mean_luma: number | null;
  /** Null while the capture runs. */
  readonly terminal: CaptureTerminal | null;
}

/** A capture while it is received: the numbers its summary is made of. */
export class CaptureTally {
  /** Event time of the last frame, else of the start. */
  #last_timestamp: Date;
  #frame_count = 0;
  #byte_count = 0;
  #first_seq = 0;
  #last_seq = 0;
  #broken_count = 0;
  #pictures = 0;
  #luma_sum = 0;
  #terminal: CaptureTerminal | null = null;

  constructor(readonly open: StreamOpen) {
    this.#last_timestamp = open.timestamp_start;
  }

  get ended(): boolean {
    return this.#terminal !== null;
  }

  get next_seq(): number {
    return this.#last_seq + 1;
  }

  /** A frame is owned. */
  add({ seq, byte_length, timestamp_frame }: ForwardItem): void {
    this.#frame_count += 1;
    this.#byte_count += byte_length;
    this.#first_seq ||= seq;
    this.#last_seq = seq;
    this.#last_timestamp = timestamp_frame;
  }

  /** A frame was decoded; null if its picture is broken. */
  decoded(luma: number | null): void {
    if (luma === null) {
      this.#broken_count += 1;
      return;
    }
    this.#pictures += 1;
    this.#luma_sum += luma;
  }

  /** The first end counts; a repeat changes nothing. */
  end(
    event: CaptureTerminal['event'],
    error_code: CaptureTerminal['error_code'],
    at: Date = this.#last_timestamp,
  ): void {
    this.#terminal ??= { event, error_code, timestamp_end: at.toISOString() };
  }

  summary(landmarks: LandmarkNumbers): CaptureSummary {
    const { capture_id, user_id, session_id } = this.open;
    return {
      capture_id,
      user_id,
      session_id,
      frame_count: this.#frame_count,
      byte_count: this.#byte_count,
      first_seq: this.#first_seq,
      last_seq: this.#last_seq,
      broken_count: this.#broken_count,
      mean_luma: this.#pictures > 0 ? Math.round((this.#luma_sum / this.#pictures) * 100) / 100 : null,
      ...landmarks,
      terminal: this.#terminal,
    };
  }
}
