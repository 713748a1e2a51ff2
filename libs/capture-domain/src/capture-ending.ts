import type { CaptureErrorCode, DownstreamErrorCode } from '@a3cp/capture-protocol';
import { become, type CaptureEffect, type RejectionCause, type Transition } from './capture-effect.js';
import type { CaptureEvent } from './capture-event.js';
import type { CaptureLimits } from './capture-limits.js';
import type { CaptureOpen } from './capture-message.js';
import {
  type AbortingState,
  type ActiveState,
  changed,
  type ClosedState,
  type ClosingState,
  type Forwarding,
  type OpeningState,
} from './capture-state.js';
import type { StreamEnd } from './landmark-forwarder.js';

const CLOSED: ClosedState = { phase: 'closed' };

/** A capture the extractor may know of, and that has not been told its end. */
type UnendedState = OpeningState | ActiveState | ClosingState;

/** Ends a connection that has no capture, or whose capture the extractor knows nothing of, without a `capture.abort`. */
export function reject(cause: RejectionCause, reason: string): Transition {
  return { state: CLOSED, effects: [{ type: 'finish', outcome: { kind: 'rejected', cause, reason } }] };
}

/** Ends a capture that is not visible downstream: its open was refused. */
export function refuse(open: CaptureOpen, error_code: CaptureErrorCode, reason: string): Transition {
  return { state: CLOSED, effects: [aborted(open, error_code, reason, open.record_id)] };
}

/** Ends a capture with a `capture.abort` for the client and an end downstream. */
export function abort(
  state: UnendedState,
  now: number,
  error_code: CaptureErrorCode,
  reason: string,
  record_id = state.open.record_id,
): Transition {
  return withEffect(
    endDownstream(state, now, error_code, record_id),
    aborted(state.open, error_code, reason, record_id),
  );
}

/** {@link abort} for a stream that answers no more: the frame in flight is not awaited. */
export function abortForwarding(state: ActiveState | ClosingState, now: number, reason: string): Transition {
  return abort({ ...state, buffered_frames: 0 }, now, 'forward_failed', reason);
}

/** What ends a capture from outside its protocol, whatever it is doing. */
export function interrupt(
  state: OpeningState | ActiveState,
  event: Extract<CaptureEvent, { type: 'malformed' | 'oversized' | 'disconnected' | 'shutdown' | 'internal_error' }>,
  now: number,
): Transition {
  const { record_id } = state.open;
  switch (event.type) {
    case 'malformed':
      return withEffect(endDownstream(state, now, 'protocol_violation', record_id), {
        type: 'finish',
        outcome: { kind: 'rejected', cause: event.cause, reason: event.reason },
      });
    case 'oversized':
      return endDownstream(state, now, 'limit_frame_bytes_exceeded', record_id);
    case 'disconnected':
      return endDownstream(state, now, 'client_disconnected', record_id);
    case 'shutdown':
      return abort(state, now, 'server_shutdown', 'the server is shutting down');
    case 'internal_error':
      return fail(state, now);
  }
}

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
export function closingTransition(
  state: ClosingState,
  event: CaptureEvent,
  now: number,
  limits: CaptureLimits,
): Transition {
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
      return abort(state, now, 'forward_failed', 'the extractor did not take the end');
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

/** From an abort until the extractor has its end. The client has its verdict already. */
export function abortingTransition(
  state: AbortingState,
  event: CaptureEvent,
  now: number,
  limits: CaptureLimits,
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

export const SESSION_CLOSED = 'the session has been ended';
export const SESSION_INVALID = 'no such session for this user';

/** One frame less waits for the extractor. */
export function settleFrame<S extends ActiveState | ClosingState>(state: S, byte_length: number, now: number): S {
  const settled: Partial<Forwarding> = {
    delivered_frames: state.delivered_frames + 1,
    delivered_bytes: state.delivered_bytes + byte_length,
    buffered_frames: state.buffered_frames - 1,
    buffered_bytes: state.buffered_bytes - byte_length,
    in_flight_since: now,
  };
  return changed(state, settled as Partial<S>);
}

/** Something of ours broke. PROTOCOL.md, close code 1011. */
function fail(state: UnendedState, now: number): Transition {
  return withEffect(endDownstream(state, now, 'internal_error', state.open.record_id), {
    type: 'finish',
    outcome: { kind: 'rejected', cause: 'internal_error', reason: 'the server failed' },
  });
}

/** Brings the one end on its way downstream, if there is anything to end there. PROTOCOL.md, "Downstream". */
function endDownstream(
  state: UnendedState,
  now: number,
  error_code: DownstreamErrorCode,
  record_id: string,
): Transition {
  if (state.phase === 'opening') {
    if (state.asking !== 'stream') return become(CLOSED);
    return become({
      phase: 'aborting',
      open: state.open,
      error_code,
      record_id,
      timestamp_end: state.open.timestamp_start,
      delivered_frames: 0,
      buffered_bytes: 0,
      step: 'opening',
      since: state.since,
    });
  }
  if (state.phase === 'closing' && state.step === 'ending') return become(CLOSED);
  const aborting: AbortingState = {
    phase: 'aborting',
    open: state.open,
    error_code,
    record_id,
    timestamp_end: new Date(state.last_timestamp),
    delivered_frames: state.delivered_frames,
    buffered_bytes: state.buffered_bytes,
    step: 'settling',
    since: state.in_flight_since,
  };
  const { state: ended, effects } = state.buffered_frames === 0 ? endAborting(aborting, now) : become(aborting);
  return { state: ended, effects: [{ type: 'stop_forwarding' }, ...effects] };
}

function endAborting(state: AbortingState, now: number): Transition {
  const { error_code, record_id, timestamp_end } = state;
  return {
    state: { ...state, step: 'ending', since: now },
    effects: [endStream(state, { event: 'capture.abort', error_code, record_id, timestamp_end })],
  };
}

function endClosing(state: ClosingState, now: number): Transition {
  const { record_id, timestamp_end } = state;
  return {
    state: { ...state, step: 'ending', since: now },
    effects: [endStream(state, { event: 'capture.close', error_code: null, record_id, timestamp_end })],
  };
}

function endStream(
  state: AbortingState | ClosingState,
  end: Pick<StreamEnd, 'event' | 'error_code' | 'record_id' | 'timestamp_end'>,
): CaptureEffect {
  const { capture_id } = state.open;
  const frames = { frame_count: state.delivered_frames, last_seq: state.delivered_frames };
  return { type: 'end_stream', end: { ...end, capture_id, ...frames } };
}

function completed({ open, record_id, delivered_frames, delivered_bytes }: ClosingState): CaptureEffect {
  const receipt = { frame_count: delivered_frames, byte_count: delivered_bytes };
  return { type: 'finish', outcome: { kind: 'completed', open, record_id, ...receipt } };
}

function aborted(open: CaptureOpen, error_code: CaptureErrorCode, reason: string, record_id: string): CaptureEffect {
  return { type: 'finish', outcome: { kind: 'aborted', error_code, reason, open, record_id } };
}

function withEffect(step: Transition, effect: CaptureEffect): Transition {
  return { state: step.state, effects: [...step.effects, effect] };
}
