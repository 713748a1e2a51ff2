import type { CaptureErrorCode } from '@a3cp/capture-protocol';
import type { CameraErrorCode } from './camera-error-code.js';
import type { ConnectionFailure, Explanation } from './explanation.js';

/** The extractor has acknowledged every frame that was sent, and the end. */
export interface CompletedCapture {
  readonly kind: 'completed';
  readonly capture_id: string;
  /** Frames delivered. */
  readonly frames: number;
  /** Bytes of those frames. */
  readonly bytes: number;
  /** Event time of the last of them; null if the capture had none. */
  readonly last_timestamp_frame: Date | null;
  /** Longest event time between two of them, in milliseconds; 0 if there are fewer than two. */
  readonly largest_hole_ms: number;
  /** Frames the source gave that were not sent, because the network or a limit had no room for them. */
  readonly skipped: number;
  /** Whether the server said so in a `capture.closed`; false if it does not speak a3cp.capture.v1. */
  readonly receipt: boolean;
}

/** What is known of the frames is null if the server does not speak a3cp.capture.v1, since then it acknowledges none. */
interface EndedEarly extends Explanation {
  readonly capture_id: string;
  /** The server's own words, or those of the WebSocket; for a log, not for the person. */
  readonly reason: string;
  /** Frames the extractor is known to have. */
  readonly frames_delivered: number | null;
  /** Event time of the last of them, else null. */
  readonly last_timestamp_frame: Date | null;
  /** Longest event time between two of them, in milliseconds. */
  readonly largest_hole_ms: number | null;
}

/** The server sent a `capture.abort`. PROTOCOL.md, "Error codes". */
export interface AbortedCapture extends EndedEarly {
  readonly kind: 'aborted';
  readonly error_code: CaptureErrorCode;
}

/** The capture ended otherwise, or never began. PROTOCOL.md, "Close codes". */
export interface FailedCapture extends EndedEarly {
  readonly kind: 'failed';
  readonly failure: ConnectionFailure | CameraErrorCode | 'limit_frame_bytes_exceeded';
  /** The server's close code; 1006 if it sent none. */
  readonly close_code: number;
}

/** The result of a capture. */
export type CaptureResult = CompletedCapture | AbortedCapture | FailedCapture;
