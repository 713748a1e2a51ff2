import type { Capture, CaptureOptions } from './capture.js';

/**
 * Makes one capture, over a WebSocket of its own. PROTOCOL.md, "A capture from start to end".
 */
export function startCapture(options: CaptureOptions): Capture {
  throw new Error(`not built yet: ${String(options.url)}`);
}
