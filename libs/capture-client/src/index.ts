export type { CaptureDescription, CaptureFrame } from './capture-messages.js';
export type { CaptureWebSocket } from './capture-web-socket.js';
export { sendCapture, type CaptureResult, type SendCaptureOptions } from './send-capture.js';
