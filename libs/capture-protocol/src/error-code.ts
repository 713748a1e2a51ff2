/**
 * Why a capture ended early. Every code is stable and has its sentence in PROTOCOL.md, "Error codes".
 * The order is the order of that table.
 */
export const CAPTURE_ERROR_CODES = [
  'protocol_violation',
  'limit_duration_exceeded',
  'limit_frame_count_exceeded',
  'limit_resolution_exceeded',
  'limit_fps_exceeded',
  'limit_frame_bytes_exceeded',
  'limit_total_bytes_exceeded',
  'limit_forward_buffer_exceeded',
  'limit_concurrent_captures_exceeded',
  'frame_invalid',
  'forward_failed',
  'session_invalid',
  'session_closed',
  'session_unavailable',
  'server_shutdown',
] as const;

/** A code a client can meet in `capture.abort`. PROTOCOL.md, "Error codes". */
export type CaptureErrorCode = (typeof CAPTURE_ERROR_CODES)[number];

/** Codes that only the landmark extractor receives, since the client is gone. docs/integration/downstream.md, "The end". */
export const DOWNSTREAM_ONLY_ERROR_CODES = ['client_disconnected', 'internal_error'] as const;

/** The `error_code` of the end the landmark extractor receives. docs/integration/downstream.md. */
export type DownstreamErrorCode = CaptureErrorCode | (typeof DOWNSTREAM_ONLY_ERROR_CODES)[number];
