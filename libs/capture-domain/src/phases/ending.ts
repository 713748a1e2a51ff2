import type { CaptureErrorCode, DownstreamErrorCode } from '@a3cp/capture-protocol';
import { become, type CaptureEffect, type RejectionCause, type Transition } from '../capture/effect.js';
import type { CaptureEvent } from '../capture/event.js';
import type { CaptureOpen } from '../capture/message.js';
import {
  type AbortingState,
  type ActiveState,
  changed,
  type ClosedState,
  type ClosingState,
  type Forwarding,
  type OpeningState,
} from '../capture/state.js';
import type { StreamEnd } from '../ports/landmark-forwarder.js';

/** The last step: the connection is forgotten. */
export const CLOSED: ClosedState = { phase: 'closed' };

/** A capture that the extractor may know, and whose end it has not received. */
type UnendedState = OpeningState | ActiveState | ClosingState;

/** Ends, without a `capture.abort`, a connection that has no capture or whose capture the extractor does not know. */
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

/** {@link abort} for a stream that no longer answers: the frame in flight is not awaited. */
export function abortForwarding(state: ActiveState | ClosingState, now: number, reason: string): Transition {
  return abort({ ...state, buffered_frames: 0 }, now, 'forward_failed', reason);
}

/** What ends a capture from outside its protocol, in any phase. */
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

/** The reason that goes with `session_closed`. */
export const SESSION_CLOSED = 'the session has been ended';

/** The reason that goes with `session_invalid`. */
export const SESSION_INVALID = 'no such session for this user';

/** Counts one waiting frame less. */
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

/** The gateway itself has failed. PROTOCOL.md, close code 1011. */
export function fail(state: UnendedState, now: number): Transition {
  return withEffect(endDownstream(state, now, 'internal_error', state.open.record_id), {
    type: 'finish',
    outcome: { kind: 'rejected', cause: 'internal_error', reason: 'the server failed' },
  });
}

/** Sends the one end downstream, if the extractor knows the capture. PROTOCOL.md, "Downstream". */
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

/** Delivers the end of an abort, when nothing is in flight or the frame in flight is not awaited. */
export function endAborting(state: AbortingState, now: number): Transition {
  const { error_code, record_id, timestamp_end } = state;
  return {
    state: { ...state, step: 'ending', since: now },
    effects: [endStream(state, { event: 'capture.abort', error_code, record_id, timestamp_end })],
  };
}

/** Delivers an end, with the frames that were acknowledged by now. */
export function endStream(
  state: AbortingState | ClosingState,
  end: Pick<StreamEnd, 'event' | 'error_code' | 'record_id' | 'timestamp_end'>,
): CaptureEffect {
  const { capture_id } = state.open;
  const frames = { frame_count: state.delivered_frames, last_seq: state.delivered_frames };
  return { type: 'end_stream', end: { ...end, capture_id, ...frames } };
}

function aborted(open: CaptureOpen, error_code: CaptureErrorCode, reason: string, record_id: string): CaptureEffect {
  return { type: 'finish', outcome: { kind: 'aborted', error_code, reason, open, record_id } };
}

function withEffect(step: Transition, effect: CaptureEffect): Transition {
  return { state: step.state, effects: [...step.effects, effect] };
}
