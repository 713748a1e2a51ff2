export { readFrames } from './frames.js';
export { playCapture, type Io } from './play-capture.js';
export { type ProgressBar, progressBar } from './progress-bar.js';
export { run } from './run.js';
export type { CaptureRun } from './run-capture.js';
export { startSession } from './start-session.js';
