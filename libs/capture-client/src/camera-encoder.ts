import type { CameraErrorCode } from './camera-error-code.js';
import type { Size } from './fit-size.js';
import type { EncodedFrame } from './frame-encoder.js';
import type { FrameBudget } from './frame-source.js';

/** Receives a camera's frames and faults. */
export interface CameraListener {
  /** The first picture came, or one of another size before the first frame; frames are this large. */
  sized(size: Size): void;
  frame(frame: EncodedFrame): void;
  /** No further frame will come. */
  lost(code: CameraErrorCode, cause?: unknown): void;
}

/** Watches a running camera until it is closed, and turns its pictures into frames of one size from `start` on. */
export interface CameraEncoder {
  start(budget: FrameBudget): void;
  /** Releases the camera without switching it off. */
  close(): void;
}
