import { become, type Transition } from '../capture/effect.js';
import { CLOSED, endAborting } from './ending.js';
import type { CaptureEvent } from '../capture/event.js';
import type { CaptureLimits } from '../capture/limits.js';
import type { RuleContext } from '../capture/rule-context.js';
import type { AbortingState } from '../capture/state.js';

/** From an abort until the extractor has its end. The client has its verdict already. */
export function abortingTransition(
  state: AbortingState,
  event: CaptureEvent,
  { now, limits }: RuleContext,
): Transition {
  switch (event.type) {
    case 'stream.opened':
      return state.step === 'opening' ? endAborting(state, now) : become(state);
    case 'stream.refused':
      return state.step === 'opening' ? become(CLOSED) : become(state);
    case 'forward.settled':
      return state.step === 'settling'
        ? endAborting({ ...state, delivered_frames: state.delivered_frames + 1 }, now)
        : become(state);
    case 'forward.failed':
      return state.step === 'settling' ? endAborting(state, now) : become(state);
    case 'end.settled':
    case 'end.failed':
      return become(CLOSED);
    case 'internal_error':
      // the extractor can still accept the capture, and is then owed its end
      if (state.step === 'opening') return become(state);
      // not waited for any longer, but the end is still owed
      return state.step === 'settling' ? endAborting(state, now) : become(CLOSED);
    case 'tick':
      return abortingTick(state, now, limits);
    case 'capture.open':
    case 'capture.frame_meta':
    case 'frame_bytes':
    case 'capture.close':
    case 'malformed':
    case 'oversized':
    case 'disconnected':
    case 'shutdown':
    case 'session.answered':
    case 'session.closed':
    case 'claim.answered':
      return become(state);
  }
}

function abortingTick(state: AbortingState, now: number, limits: CaptureLimits): Transition {
  const waited = now - state.since;
  switch (state.step) {
    case 'opening':
      return waited > limits.stream_open_timeout_ms ? become(CLOSED) : become(state);
    case 'settling':
      return waited > limits.forward_timeout_ms ? endAborting(state, now) : become(state);
    case 'ending':
      return waited > limits.forward_timeout_ms ? become(CLOSED) : become(state);
  }
}
