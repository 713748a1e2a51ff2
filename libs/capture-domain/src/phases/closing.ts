import { become, type CaptureEffect, type Transition } from '../capture/effect.js';
import {
  abort,
  abortForwarding,
  CLOSED,
  endStream,
  fail,
  SESSION_CLOSED,
  SESSION_INVALID,
  settleFrame,
} from './ending.js';
import type { CaptureEvent } from '../capture/event.js';
import type { RuleContext } from '../capture/rule-context.js';
import type { ActiveState, ClosingState } from '../capture/state.js';

/** A valid close was accepted: drains what waits, then delivers the end. PROTOCOL.md, "capture.close". */
export function startClosing(
  state: ActiveState,
  close: Pick<ClosingState, 'record_id' | 'timestamp_end'>,
  now: number,
): Transition {
  const { open, last_timestamp, delivered_frames, delivered_bytes } = state;
  const { buffered_frames, buffered_bytes, in_flight_since } = state;
  const delivered = { open, last_timestamp, delivered_frames, delivered_bytes };
  const buffered = { buffered_frames, buffered_bytes, in_flight_since };
  const closing: ClosingState = { phase: 'closing', ...delivered, ...buffered, ...close, step: 'draining', since: now };
  return buffered_frames === 0 ? endClosing(closing, now) : become(closing);
}

/** From `capture.close` until the extractor has everything. What the client still sends or does counts no more. */
export function closingTransition(state: ClosingState, event: CaptureEvent, { now, limits }: RuleContext): Transition {
  switch (event.type) {
    case 'forward.settled': {
      const settled = settleFrame(state, event.byte_length, now);
      return settled.buffered_frames === 0 ? endClosing(settled, now) : become(settled);
    }
    case 'forward.failed':
      // a stream that breaks under the end is reported by the end itself
      return state.step === 'ending' ? become(state) : abortForwarding(state, now, 'the extractor failed');
    case 'end.settled':
      return { state: CLOSED, effects: [completed(state)] };
    case 'end.failed':
      return abort(state, now, 'forward_failed', 'the extractor failed');
    case 'tick':
      if (state.step === 'ending') {
        return now - state.since > limits.forward_timeout_ms
          ? abort(state, now, 'forward_failed', `end not acknowledged within ${limits.forward_timeout_ms} ms`)
          : become(state);
      }
      if (now - state.in_flight_since > limits.forward_timeout_ms) {
        return abortForwarding(state, now, `no acknowledgement within ${limits.forward_timeout_ms} ms`);
      }
      return now - state.since > limits.drain_timeout_ms
        ? abort(state, now, 'forward_failed', `not drained within ${limits.drain_timeout_ms} ms`)
        : become(state);
    case 'session.answered':
      if (state.step === 'ending') return become(state);
      if (event.status === 'closed') return abort(state, now, 'session_closed', SESSION_CLOSED);
      if (event.status === 'invalid') return abort(state, now, 'session_invalid', SESSION_INVALID);
      return become(state);
    case 'session.closed':
      return state.step === 'ending' ? become(state) : abort(state, now, 'session_closed', SESSION_CLOSED);
    case 'internal_error':
      return fail(state, now);
    case 'capture.open':
    case 'capture.frame_meta':
    case 'frame_bytes':
    case 'capture.close':
    case 'malformed':
    case 'oversized':
    case 'disconnected':
    case 'shutdown':
    case 'claim.answered':
    case 'stream.opened':
    case 'stream.refused':
      return become(state);
  }
}

function endClosing(state: ClosingState, now: number): Transition {
  const { record_id, timestamp_end } = state;
  return {
    state: { ...state, step: 'ending', since: now },
    effects: [endStream(state, { event: 'capture.close', error_code: null, record_id, timestamp_end })],
  };
}

function completed({ open, record_id, delivered_frames, delivered_bytes }: ClosingState): CaptureEffect {
  const receipt = { frame_count: delivered_frames, byte_count: delivered_bytes };
  return { type: 'finish', outcome: { kind: 'completed', open, record_id, ...receipt } };
}
