import { activate, activeTransition } from './active-capture.js';
import { become, type CaptureEffect, type Transition } from './capture-effect.js';
import { abortingTransition } from './capture-aborting.js';
import { closingTransition } from './capture-closing.js';
import { abort, CLOSED, interrupt, refuse, reject, SESSION_CLOSED, SESSION_INVALID } from './capture-ending.js';
import { type CaptureClaim, captureIdFault, roomFault, shareFault } from './capture-claims.js';
import type { CaptureEvent } from './capture-event.js';
import { grantFault } from './capture-grant.js';
import type { CaptureLimits } from './capture-limits.js';
import type { CaptureOpen } from './capture-message.js';
import type { CaptureState, IdleState, OpeningState } from './capture-state.js';
import type { StreamOpen, StreamRefusal } from './landmark-forwarder.js';

type OpenEvent = Extract<CaptureEvent, { type: 'capture.open' }>;

/** A message in a phase that accepts none is a fault of ours, and losing it silently would be a worse one. */
const NOT_ACCEPTED = { type: 'internal_error' } as const;

/**
 * The rule book: what a capture becomes when something happens, and what is to be done about it. Pure: it reads no clock,
 * keeps nothing and carries nothing out. `now` is monotonic milliseconds; `held_bytes` is what all captures of the process
 * hold of frames, this one among them. PROTOCOL.md, all of it.
 */
export function transition(
  state: CaptureState,
  event: CaptureEvent,
  now: number,
  limits: CaptureLimits,
  held_bytes: number,
): Transition {
  switch (state.phase) {
    case 'idle':
      return idleTransition(state, event, now, limits);
    case 'opening':
      return openingTransition(state, event, now, limits);
    case 'active':
      return activeTransition(state, event, now, limits, held_bytes);
    case 'closing':
      return closingTransition(state, event, now, limits);
    case 'aborting':
      return abortingTransition(state, event, now, limits);
    case 'closed':
      return become(state);
  }
}

function idleTransition(state: IdleState, event: CaptureEvent, now: number, limits: CaptureLimits): Transition {
  switch (event.type) {
    case 'capture.open':
      return open(event, now, limits);
    case 'capture.frame_meta':
    case 'frame_bytes':
    case 'capture.close':
      return reject('protocol_violation', 'capture.open must come first');
    case 'malformed':
      return reject(event.cause, event.reason);
    case 'tick':
      return now - state.connected_at > limits.open_timeout_ms
        ? reject('open_timeout', `no capture.open within ${limits.open_timeout_ms} ms`)
        : become(state);
    case 'shutdown':
      return reject('server_shutdown', 'the server is shutting down');
    case 'internal_error':
      return reject('internal_error', 'the server failed');
    case 'oversized':
    case 'disconnected':
      return become(CLOSED);
    case 'session.answered':
    case 'session.closed':
    case 'claim.answered':
    case 'stream.opened':
    case 'stream.refused':
    case 'forward.settled':
    case 'forward.failed':
    case 'end.settled':
    case 'end.failed':
      return become(state);
  }
}

/**
 * Refuses at once what cannot be captured now. An open that passes takes nothing yet but a place of its address: whether its
 * session is the user's is still to be found. It takes the rest with its claim.
 */
function open({ message, load, grant }: OpenEvent, now: number, limits: CaptureLimits): Transition {
  const { fps_target, width, height } = message;
  const fault = grant && grantFault(grant, message);
  if (fault !== null) return refuse(message, 'protocol_violation', fault);
  const duplicate = captureIdFault(load);
  if (duplicate !== null) return refuse(message, duplicate.error_code, duplicate.reason);
  if (fps_target > limits.max_fps) {
    return refuse(message, 'limit_fps_exceeded', `fps_target ${fps_target}, limit ${limits.max_fps}`);
  }
  if (!fitsResolution(width, height, limits)) {
    const limit = `limit ${limits.max_width} x ${limits.max_height}`;
    return refuse(message, 'limit_resolution_exceeded', `${width} x ${height}, ${limit}`);
  }
  const quota = roomFault(load.captures, limits) ?? shareFault(load, limits);
  if (quota !== null) return refuse(message, quota.error_code, quota.reason);
  if (load.opens_of_address > limits.max_opens_per_address_per_minute) {
    const reason = `limit ${limits.max_opens_per_address_per_minute} a minute from one address`;
    return refuse(message, 'limit_concurrent_captures_exceeded', reason);
  }
  return {
    state: { phase: 'opening', open: message, opened_at: now, asking: 'session', since: now },
    effects: [{ type: 'validate_session', user_id: message.user_id, session_id: message.session_id, check: 'open' }],
  };
}

/** The longer side may lie either way. PROTOCOL.md, `limit_resolution_exceeded`. */
function fitsResolution(width: number, height: number, limits: CaptureLimits): boolean {
  const upright = width <= limits.max_width && height <= limits.max_height;
  const turned = width <= limits.max_height && height <= limits.max_width;
  return (upright || turned) && width * height <= limits.max_pixels;
}

function openingTransition(state: OpeningState, event: CaptureEvent, now: number, limits: CaptureLimits): Transition {
  switch (event.type) {
    case 'session.answered':
      return state.asking === 'session' ? sessionAnswered(state, event.status, now) : become(state);
    case 'session.closed':
      return abort(state, now, 'session_closed', SESSION_CLOSED);
    case 'claim.answered':
      return state.asking === 'claim' ? claimAnswered(state, event.answer, now) : become(state);
    case 'stream.opened':
      return { state: activate(state, now, limits, event.jitter), effects: [opened(state.open, limits)] };
    case 'stream.refused':
      return streamRefused(state, event.refusal);
    case 'tick':
      return openingTick(state, now, limits);
    case 'malformed':
    case 'oversized':
    case 'disconnected':
    case 'shutdown':
    case 'internal_error':
      return interrupt(state, event, now);
    case 'capture.open':
    case 'capture.frame_meta':
    case 'frame_bytes':
    case 'capture.close':
      return interrupt(state, NOT_ACCEPTED, now);
    case 'forward.settled':
    case 'forward.failed':
    case 'end.settled':
    case 'end.failed':
      return become(state);
  }
}

function sessionAnswered(
  state: OpeningState,
  status: Extract<CaptureEvent, { type: 'session.answered' }>['status'],
  now: number,
): Transition {
  switch (status) {
    case 'active':
      return {
        state: { ...state, asking: 'claim', since: now },
        effects: [{ type: 'claim_capture', claim: claimOf(state.open) }],
      };
    case 'closed':
      return refuse(state.open, 'session_closed', SESSION_CLOSED);
    case 'invalid':
      return refuse(state.open, 'session_invalid', SESSION_INVALID);
    case 'unavailable':
      return refuse(state.open, 'session_unavailable', 'the session could not be checked');
  }
}

/**
 * A capture of which nobody can say whether another process stands in its way goes on: it costs somebody's effort, and this
 * process has found it good. PROTOCOL.md, "Several processes".
 */
function claimAnswered(
  state: OpeningState,
  answer: Extract<CaptureEvent, { type: 'claim.answered' }>['answer'],
  now: number,
): Transition {
  if (answer !== 'granted' && answer !== 'unavailable') return refuse(state.open, answer.error_code, answer.reason);
  return {
    state: { ...state, asking: 'stream', since: now },
    effects: [{ type: 'open_stream', open: streamOpen(state.open) }],
  };
}

/** PROTOCOL.md, "Downstream". */
function streamRefused({ open }: OpeningState, refusal: StreamRefusal | null): Transition {
  switch (refusal) {
    case 'duplicate_capture':
      return refuse(open, 'protocol_violation', 'capture_id was used before');
    case 'share_exceeded':
      return refuse(open, 'limit_concurrent_captures_exceeded', 'the extractor has too many of this user or session');
    case null:
      return refuse(open, 'forward_failed', 'the extractor refused the capture');
  }
}

/** An open the extractor has not answered in time is given up with its stream, so nothing is left to end there. */
function openingTick(state: OpeningState, now: number, limits: CaptureLimits): Transition {
  const waited = now - state.since;
  if (state.asking === 'session' && waited > limits.session_timeout_ms) {
    return refuse(state.open, 'session_unavailable', `no answer within ${limits.session_timeout_ms} ms`);
  }
  if (state.asking === 'claim' && waited > limits.claim_timeout_ms) return claimAnswered(state, 'unavailable', now);
  if (state.asking === 'stream' && waited > limits.stream_open_timeout_ms) {
    return refuse(state.open, 'forward_failed', `open not answered within ${limits.stream_open_timeout_ms} ms`);
  }
  return become(state);
}

function opened(open: CaptureOpen, limits: CaptureLimits): CaptureEffect {
  const { max_duration_ms, max_fps, max_width, max_height, max_pixels, max_frames } = limits;
  const { max_frame_bytes, max_total_bytes, ingest_grace_ms } = limits;
  const picture = { max_fps, max_width, max_height, max_pixels };
  const size = { max_duration_ms, max_frames, max_frame_bytes, max_total_bytes };
  const deadline_ms = max_duration_ms + ingest_grace_ms;
  return { type: 'notify', notice: { kind: 'opened', open, limits: { ...picture, ...size }, deadline_ms } };
}

function claimOf({ capture_id, user_id, session_id }: CaptureOpen): CaptureClaim {
  return { capture_id, user_id, session_id };
}

function streamOpen(open: CaptureOpen): StreamOpen {
  const { modality: _modality, ...stream } = open;
  return stream;
}
