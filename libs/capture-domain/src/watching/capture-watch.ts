import type { Transition } from '../capture/effect.js';
import type { CaptureEvent } from '../capture/event.js';
import type { CaptureState } from '../capture/state.js';

/** Observes one capture; read-only. For metrics and traces, so that no rule and no transport has to count. */
export interface CaptureWatch {
  /** The W3C trace context for the extractor, read at the open; null without a trace. */
  readonly traceparent: string | null;
  /**
   * One step of the capture: what happened, what the capture was, and what comes of it, before its effects are carried
   * out. Called on the way of every frame and at every tick, so it must be cheap. What it throws is logged by its place.
   */
  stepped(event: CaptureEvent, before: CaptureState, step: Transition): void;
}
