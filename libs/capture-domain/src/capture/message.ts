import type { CAPTURE_ENCODING, Modality } from '@a3cp/capture-protocol';

/** A `capture.open` that passed its schema. PROTOCOL.md, "capture.open". */
export interface CaptureOpen {
  readonly schema_version: string;
  readonly record_id: string;
  readonly capture_id: string;
  readonly user_id: string;
  readonly session_id: string;
  readonly modality: Modality | null;
  readonly timestamp_start: Date;
  readonly fps_target: number;
  readonly width: number;
  readonly height: number;
  readonly encoding: typeof CAPTURE_ENCODING;
  readonly annotation_intent?: string;
}

/** What ties a later message to its capture; null where the client left it out. */
export interface Correlation {
  readonly record_id: string;
  readonly capture_id: string;
  readonly user_id: string | null;
  readonly session_id: string | null;
}

/** A `capture.frame_meta` that passed its schema. PROTOCOL.md, "capture.frame_meta". */
export interface CaptureFrameMeta extends Correlation {
  readonly seq: number;
  readonly timestamp_frame: Date;
  readonly byte_length: number;
}

/** A `capture.close` that passed its schema. PROTOCOL.md, "capture.close". */
export interface CaptureClose extends Correlation {
  readonly timestamp_end: Date;
}
