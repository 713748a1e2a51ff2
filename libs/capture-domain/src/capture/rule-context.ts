import type { CaptureLimits } from './limits.js';

/** What the rules look at beside the capture and what happened. */
export interface RuleContext {
  /** Monotonic milliseconds. */
  readonly now: number;
  readonly limits: CaptureLimits;
  /** What all captures of the process hold of frames, this one among them. */
  readonly held_bytes: number;
}
