import type { Transition } from '../capture/effect.js';
import type { CaptureEvent } from '../capture/event.js';
import type { CaptureState } from '../capture/state.js';

/** Observes one capture; read-only. For metrics and traces, so that no rule and no transport has to count. */
export interface CaptureWatch {
  /** The W3C trace context for the extractor, read at the open; null without a trace. */
  readonly traceparent: string | null;
  /**
   * One step of the capture: the event, the state before it, and its result, before the effects are carried out. Called for every
   * frame and at every tick, so it must be cheap. Its errors are logged by their place in the code.
   */
  stepped(event: CaptureEvent, before: CaptureState, step: Transition): void;
}
