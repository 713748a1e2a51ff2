/**
 * The subprotocol a client offers to be told more than the end: `capture.opened`, `capture.ack` and `capture.closed`.
 * PROTOCOL.md, "Extension a3cp.capture.v1".
 */
export const CAPTURE_SUBPROTOCOL = 'a3cp.capture.v1';

/** The paths the capture WebSocket answers at; all four behave alike. PROTOCOL.md, "Connecting". */
export const CAPTURE_PATHS = [
  '/camera_feed_worker/capture',
  '/camera_feed_worker/ws',
  '/api/camera_feed_worker/capture',
  '/api/camera_feed_worker/ws',
] as const;
