import type { Transition } from '../capture/effect.js';
import type { CaptureEvent } from '../capture/event.js';
import type { CaptureState } from '../capture/state.js';

/**
 * Who looks on at one connection's capture, to measure or to trace it, and can change nothing about it. What happens to
 * captures is told here once, so that no rule and no transport has to count.
 */
export interface CaptureWatch {
  /** The W3C trace context that the extractor is to go on with, asked for at the open; null if there is none. */
  readonly traceparent: string | null;
  /**
   * One step of the capture: what happened, what the capture was, and what comes of it, before its effects are carried
   * out. Called on the way of every frame and at every tick, so it must be cheap. What it throws is logged by its place.
   */
  stepped(event: CaptureEvent, before: CaptureState, step: Transition): void;
}
