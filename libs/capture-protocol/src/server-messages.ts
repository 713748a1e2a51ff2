import type { CaptureErrorCode } from './error-code.js';
import type { Modality } from './messages.js';

/** The fields of every message of the server: the identity of the capture's open. PROTOCOL.md, "capture.abort". */
interface ServerFields {
  /** The open's. */
  schema_version: string;
  /** That of a message the client sent on this connection. */
  record_id: string;
  /** The open's. */
  user_id: string;
  /** The open's. */
  session_id: string;
  /** The open's. */
  capture_id: string;
  /**
   * ISO 8601, UTC, milliseconds; the server's clock.
   *
   * @format date-time
   */
  timestamp: string;
  /** The open's, or null. */
  modality: Modality | null;
  source: 'camera_feed_worker';
  performer_id: null;
}

/**
 * Says why a capture ended early, before the server closes the socket; `record_id` is that of the message that caused the
 * abort, else of the open. PROTOCOL.md, "capture.abort".
 */
export interface CaptureAbortMessage extends ServerFields {
  event: 'capture.abort';
  /** The reason, as a stable code. PROTOCOL.md, "Error codes". */
  error_code: CaptureErrorCode;
}

/** The limits a client needs to know. PROTOCOL.md, "Limits". */
export interface ClientLimits {
  max_duration_ms: number;
  max_fps: number;
  max_width: number;
  max_height: number;
  max_pixels: number;
  max_frames: number;
  max_frame_bytes: number;
  max_total_bytes: number;
}

/** The capture is accepted; `record_id` is the open's. PROTOCOL.md, "capture.opened". */
export interface CaptureOpenedMessage extends ServerFields {
  event: 'capture.opened';
  /** The limits of this server. */
  limits: ClientLimits;
  /** Milliseconds from this message until a capture that is still running is aborted. */
  deadline_ms: number;
}

/** Frames arrived at the extractor; `record_id` is the open's. PROTOCOL.md, "capture.ack". */
export interface CaptureAckMessage extends ServerFields {
  event: 'capture.ack';
  /** Of the last frame the extractor acknowledged. */
  seq: number;
}

/** The receipt of a capture that arrived whole; `record_id` is the close's. PROTOCOL.md, "capture.closed". */
export interface CaptureClosedMessage extends ServerFields {
  event: 'capture.closed';
  /** Frames the extractor acknowledged. */
  frame_count: number;
  /** Bytes of those frames. */
  byte_count: number;
}

/** What the server sends as text; all but `capture.abort` only to a client that offered the subprotocol. */
export type CaptureServerMessage =
  CaptureAbortMessage | CaptureOpenedMessage | CaptureAckMessage | CaptureClosedMessage;
