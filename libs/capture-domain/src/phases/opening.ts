import { become, type CaptureEffect, type Transition } from '../capture/effect.js';
import type { CaptureEvent } from '../capture/event.js';
import type { CaptureLimits } from '../capture/limits.js';
import type { CaptureOpen } from '../capture/message.js';
import type { RuleContext } from '../capture/rule-context.js';
import type { OpeningState } from '../capture/state.js';
import type { CaptureClaim } from '../ports/capture-claims.js';
import type { StreamOpen, StreamRefusal } from '../ports/landmark-forwarder.js';
import { activate } from './active.js';
import { abort, interrupt, refuse, SESSION_CLOSED, SESSION_INVALID } from './ending.js';

/** A message in a phase that accepts none is a fault of the gateway. Losing it silently would be worse. */
const NOT_ACCEPTED = { type: 'internal_error' } as const;

/** Asks the session_manager, the registrar and the extractor, one after the other. PROTOCOL.md, "capture.open". */
export function openingTransition(state: OpeningState, event: CaptureEvent, { now, limits }: RuleContext): Transition {
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
 * Without an answer to its claim a capture goes on: it costs a person's effort, and this process has accepted it.
 * docs/integration/several-gateways.md.
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

/** If the extractor does not answer an open in time, its stream is given up, so no end follows. */
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
