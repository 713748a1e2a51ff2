import type { CameraErrorCode } from './camera-error-code.js';
import { explain, type Retry } from './explanation.js';

/** A camera that cannot be used, or no longer. */
export class CameraError extends Error {
  override readonly name = 'CameraError';
  /** Words for the person who holds the camera. */
  readonly explanation: string;
  readonly retry: Retry;

  constructor(
    readonly code: CameraErrorCode,
    options?: ErrorOptions,
  ) {
    super(code, options);
    ({ explanation: this.explanation, retry: this.retry } = explain(code));
  }
}
