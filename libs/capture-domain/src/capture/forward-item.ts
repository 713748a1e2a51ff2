/**
 * One accepted frame on its way to the landmark extractor: the ten fields of the specification and nothing else.
 * Self-contained: no consumer needs the capture's state. docs/integration/downstream.md.
 */
export interface ForwardItem {
  readonly capture_id: string;
  /** 1 for the first frame, then one more each. */
  readonly seq: number;
  /** Event time: when the camera took the frame, UTC, millisecond precision. */
  readonly timestamp_frame: Date;
  /** The JPEG as the client sent it. Read-only. */
  readonly payload: Buffer;
  /** `payload.length`, in bytes. */
  readonly byte_length: number;
  readonly encoding: string;
  /** Pixels. */
  readonly width: number;
  /** Pixels. */
  readonly height: number;
  readonly user_id: string;
  readonly session_id: string;
}
