import {
  CAPTURE_ENCODING,
  type CaptureCloseMessage,
  type CaptureFrameMetaMessage,
  type CaptureOpenMessage,
  SCHEMA_VERSION,
} from '@a3cp/capture-protocol';
import type { CaptureFrame, FrameSource } from './frame-source.js';

/** The owner of the capture. PROTOCOL.md, "Common fields". */
export interface CaptureIdentity {
  readonly user_id: string;
  readonly session_id: string;
  readonly capture_id: string;
}

/** Writes the messages of one capture. PROTOCOL.md, "Messages". */
export class CaptureMessages {
  constructor(private readonly identity: CaptureIdentity) {}

  open(
    { fps_target, width, height }: FrameSource,
    timestamp_start: Date,
    intent: string | undefined,
  ): CaptureOpenMessage {
    return {
      event: 'capture.open',
      ...this.#common(),
      timestamp_start: timestamp_start.toISOString(),
      fps_target,
      width,
      height,
      encoding: CAPTURE_ENCODING,
      ...(intent !== undefined && { annotation: { intent } }),
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
    const { user_id, session_id, capture_id } = this.identity;
    const timestamp = new Date().toISOString();
    const record_id = crypto.randomUUID();
    return { schema_version: SCHEMA_VERSION, record_id, user_id, session_id, capture_id, timestamp };
  }
}
