import type { CaptureErrorCode } from './error-code.js';
import type { Modality } from './messages.js';

/** The one message the server sends of its own accord, before it closes the socket. PROTOCOL.md, "capture.abort". */
export interface CaptureAbortMessage {
  event: 'capture.abort';
  schema_version: string;
  /** Of the message that caused the abort, else of the capture's open. */
  record_id: string;
  user_id: string;
  session_id: string;
  capture_id: string;
  /** ISO 8601, UTC, milliseconds; the server's clock. */
  timestamp: string;
  modality: Modality | null;
  source: 'camera_feed_worker';
  performer_id: null;
  error_code: CaptureErrorCode;
}
