import {
  CAPTURE_ENCODING,
  type CaptureCloseMessage,
  type CaptureFrameMetaMessage,
  type CaptureOpenMessage,
  SCHEMA_VERSION,
} from '@a3cp/capture-protocol';
import type { CaptureFrame } from './frame-source.js';

/** What a client says of its capture when it opens it. PROTOCOL.md, "capture.open". */
export interface CaptureDescription {
  readonly user_id: string;
  readonly session_id: string;
  readonly capture_id: string;
  /** Pixels; every frame's. */
  readonly width: number;
  /** Pixels; every frame's. */
  readonly height: number;
  /** Frames a second, a whole number. */
  readonly fps_target: number;
  /** The zero of event time. @default the first frame's timestamp_frame */
  readonly timestamp_start?: Date;
  readonly annotation?: { readonly intent: string };
}

/** Writes the messages of one capture. PROTOCOL.md, "Messages". */
export class CaptureMessages {
  constructor(
    private readonly capture: CaptureDescription,
    private readonly uuid: () => string,
  ) {}

  open(timestamp_start: Date): CaptureOpenMessage {
    const { fps_target, width, height, annotation } = this.capture;
    return {
      event: 'capture.open',
      ...this.#common(),
      timestamp_start: timestamp_start.toISOString(),
      fps_target,
      width,
      height,
      encoding: CAPTURE_ENCODING,
      ...(annotation && { annotation }),
    };
  }

  frameMeta(seq: number, { jpeg, timestamp_frame }: CaptureFrame): CaptureFrameMetaMessage {
    return {
      event: 'capture.frame_meta',
      ...this.#common(),
      seq,
      timestamp_frame: timestamp_frame.toISOString(),
      byte_length: jpeg.byteLength,
    };
  }

  close(timestamp_end: Date): CaptureCloseMessage {
    return { event: 'capture.close', ...this.#common(), timestamp_end: timestamp_end.toISOString() };
  }

  #common() {
    const { user_id, session_id, capture_id } = this.capture;
    const timestamp = new Date().toISOString();
    return { schema_version: SCHEMA_VERSION, record_id: this.uuid(), user_id, session_id, capture_id, timestamp };
  }
}
