/**
 * The subprotocol of the extension with `capture.opened`, `capture.ack` and `capture.closed`. PROTOCOL.md, "Extension
 * a3cp.capture.v1".
 */
export const CAPTURE_SUBPROTOCOL = 'a3cp.capture.v1';

/** The paths the capture WebSocket answers at; all four behave alike. PROTOCOL.md, "Connecting". */
export const CAPTURE_PATHS = [
  '/camera_feed_worker/capture',
  '/camera_feed_worker/ws',
  '/api/camera_feed_worker/capture',
  '/api/camera_feed_worker/ws',
] as const;
