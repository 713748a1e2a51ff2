export { readFrames } from './frames.js';
export { run } from './run.js';
export { runCapture, type CaptureRun } from './run-capture.js';
