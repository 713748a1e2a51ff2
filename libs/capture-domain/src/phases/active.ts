import type { CaptureErrorCode } from '@a3cp/capture-protocol';
import { become, type Transition } from '../capture/effect.js';
import { startClosing } from './closing.js';
import { abort, abortForwarding, interrupt, SESSION_CLOSED, SESSION_INVALID, settleFrame } from './ending.js';
import type { CaptureEvent } from '../capture/event.js';
import type { CaptureLimits } from '../capture/limits.js';
import type { RuleContext } from '../capture/rule-context.js';
import type { CaptureClose, CaptureFrameMeta, Correlation } from '../capture/message.js';
import { type ActiveState, changed, type OpeningState } from '../capture/state.js';
import type { ForwardItem } from '../capture/forward-item.js';
import { GrowingSet } from '../capture/growing-set.js';
import { frameFault } from '../encodings/frame-fault.js';
import {
  askedSession,
  missedSession,
  sessionAnswerOverdue,
  sessionSilent,
  watchSession,
} from '../capture/session-watch.js';

/** The extractor has accepted the capture: frames may flow. */
export function activate(
  { open, opened_at }: OpeningState,
  now: number,
  limits: CaptureLimits,
  jitter: number,
): ActiveState {
  return {
    phase: 'active',
    open,
    opened_at,
    accepted_at: now,
    record_ids: GrowingSet.of(open.record_id.toLowerCase()),
    accepted_frames: 0,
    accepted_bytes: 0,
    last_timestamp: open.timestamp_start.getTime(),
    heard_at: now,
    announced: null,
    acknowledged: { frames: 0, at: -Infinity },
    delivered_frames: 0,
    delivered_bytes: 0,
    buffered_frames: 0,
    buffered_bytes: 0,
    in_flight_since: now,
    session: watchSession(now, limits, jitter),
    overdue: null,
  };
}

/** The rules of a running capture. */
export function activeTransition(
  state: ActiveState,
  event: CaptureEvent,
  { now, limits, held_bytes }: RuleContext,
): Transition {
  switch (event.type) {
    case 'capture.frame_meta':
      return frameMeta(state, event.message, now, limits, held_bytes);
    case 'frame_bytes':
      return frameBytes(state, event.payload, now, limits);
    case 'capture.close':
      return close(state, event.message, now, limits);
    case 'capture.open':
      return abort(state, now, 'protocol_violation', 'second capture.open', event.message.record_id);
    case 'forward.settled':
      return acknowledge(
        findRoom(settleFrame(state, event.byte_length, now), now, limits, held_bytes - event.byte_length),
        now,
        limits,
      );
    case 'forward.failed':
      return abortForwarding(state, now, 'the extractor failed');
    case 'session.answered':
      return sessionAnswered(state, event.status, now, limits);
    case 'session.closed':
      return abort(state, now, 'session_closed', SESSION_CLOSED);
    case 'tick':
      return tick(findRoom(event.heard ? hear(state, now) : state, now, limits, held_bytes), now, limits);
    case 'malformed':
    case 'oversized':
    case 'disconnected':
    case 'shutdown':
    case 'internal_error':
      return interrupt(state, event, now);
    case 'claim.answered':
    case 'stream.opened':
    case 'stream.refused':
    case 'end.settled':
    case 'end.failed':
      return become(state);
  }
}

function frameMeta(
  state: ActiveState,
  meta: CaptureFrameMeta,
  now: number,
  limits: CaptureLimits,
  held_bytes: number,
): Transition {
  const refuse = (error_code: CaptureErrorCode, reason: string): Transition =>
    abort(state, now, error_code, reason, meta.record_id);
  const { seq, byte_length } = meta;
  const expected = state.accepted_frames + 1;
  const event_time = meta.timestamp_frame.getTime();
  const since_start = event_time - state.open.timestamp_start.getTime();

  const fault = state.announced ? 'capture.frame_meta while bytes are due' : correlationFault(state, meta);
  if (fault !== null) return refuse('protocol_violation', fault);
  if (seq !== expected) return refuse('protocol_violation', `seq ${seq}, expected ${expected}`);
  if (event_time < state.last_timestamp) return refuse('protocol_violation', 'timestamp_frame goes backwards');
  if (seq > limits.max_frames) return refuse('limit_frame_count_exceeded', `limit ${limits.max_frames} frames`);
  if (since_start > limits.max_duration_ms) {
    return refuse('limit_duration_exceeded', `frame at ${since_start} ms, limit ${limits.max_duration_ms} ms`);
  }
  if (tooFast(seq, since_start, limits) || tooFast(seq, now - state.opened_at, limits)) {
    return refuse('limit_fps_exceeded', `frame ${seq} too early, limit ${limits.max_fps} frames/s`);
  }
  if (byte_length > limits.max_frame_bytes) {
    return refuse('limit_frame_bytes_exceeded', `${byte_length} bytes, limit ${limits.max_frame_bytes}`);
  }
  if (state.accepted_bytes + byte_length > limits.max_total_bytes) {
    return refuse('limit_total_bytes_exceeded', `limit ${limits.max_total_bytes} bytes`);
  }
  const has_room = fitsBuffer(state, byte_length, limits, held_bytes);
  if (!has_room && limits.forward_grace_ms === 0) {
    return refuse('limit_forward_buffer_exceeded', noRoom(state));
  }
  return become(
    changed(state, {
      record_ids: state.record_ids.with(meta.record_id.toLowerCase()),
      heard_at: now,
      announced: { meta, has_room, since: now },
    }),
  );
}

function frameBytes(state: ActiveState, payload: Buffer, now: number, limits: CaptureLimits): Transition {
  const { announced, open } = state;
  if (!announced) return abort(state, now, 'protocol_violation', 'frame bytes without capture.frame_meta');
  const { seq, byte_length, timestamp_frame } = announced.meta;
  if (payload.length !== byte_length) {
    return abort(state, now, 'protocol_violation', `frame of ${payload.length} bytes, announced ${byte_length}`);
  }
  const fault = limits.frame_inspection === 'header' ? frameFault(payload, open) : null;
  if (fault !== null) return abort(state, now, 'frame_invalid', fault);

  const item: ForwardItem = {
    capture_id: open.capture_id,
    seq,
    timestamp_frame,
    payload,
    byte_length,
    encoding: open.encoding,
    width: open.width,
    height: open.height,
    user_id: open.user_id,
    session_id: open.session_id,
  };
  return {
    state: changed(state, {
      heard_at: now,
      announced: null,
      accepted_frames: seq,
      accepted_bytes: state.accepted_bytes + byte_length,
      last_timestamp: timestamp_frame.getTime(),
      buffered_frames: state.buffered_frames + 1,
      buffered_bytes: state.buffered_bytes + byte_length,
      in_flight_since: state.buffered_frames === 0 ? now : state.in_flight_since,
    }),
    effects: [{ type: 'forward', item }],
  };
}

function close(state: ActiveState, message: CaptureClose, now: number, limits: CaptureLimits): Transition {
  const { record_id, timestamp_end } = message;
  const end_time = timestamp_end.getTime();
  const duration = end_time - state.open.timestamp_start.getTime();

  const fault = state.announced ? 'capture.close while bytes are due' : correlationFault(state, message);
  if (fault !== null) return abort(state, now, 'protocol_violation', fault, record_id);
  if (end_time < state.last_timestamp) {
    return abort(state, now, 'protocol_violation', 'timestamp_end goes backwards', record_id);
  }
  if (duration > limits.max_duration_ms) {
    const reason = `${duration} ms, limit ${limits.max_duration_ms} ms`;
    return abort(state, now, 'limit_duration_exceeded', reason, record_id);
  }
  return startClosing(state, { record_id, timestamp_end }, now);
}

function correlationFault({ open, record_ids }: ActiveState, message: Correlation): string | null {
  if (message.capture_id !== open.capture_id) return "capture_id is not the open's";
  if (message.user_id !== null && message.user_id !== open.user_id) return "user_id is not the open's";
  if (message.session_id !== null && message.session_id !== open.session_id) return "session_id is not the open's";
  if (record_ids.has(message.record_id.toLowerCase())) return 'record_id was used before';
  return null;
}

/** PROTOCOL.md, "Limits": frame n breaks the rate when n > burst + max_fps x the seconds since the start. */
function tooFast(seq: number, elapsed_ms: number, limits: CaptureLimits): boolean {
  return seq > limits.fps_burst_frames + (limits.max_fps * elapsed_ms) / 1000;
}

/** Whether there is room in the capture's own buffer, and in what all captures share. */
function fitsBuffer(state: ActiveState, byte_length: number, limits: CaptureLimits, held_bytes: number): boolean {
  return (
    state.buffered_frames < limits.max_forward_buffer_frames &&
    state.buffered_bytes + byte_length <= limits.max_forward_buffer_bytes &&
    held_bytes + byte_length <= limits.max_buffered_bytes
  );
}

function noRoom(state: ActiveState): string {
  return `${state.buffered_frames} frames, ${state.buffered_bytes} bytes waiting`;
}

/** Bytes of a message arrived: the client is there. */
function hear(state: ActiveState, now: number): ActiveState {
  return changed(state, { heard_at: now });
}

/** Gives an announced frame the room that has become free. The client is heard only from now on: its socket was not read. */
function findRoom(state: ActiveState, now: number, limits: CaptureLimits, held_bytes: number): ActiveState {
  const { announced } = state;
  if (!announced || announced.has_room) return state;
  if (!fitsBuffer(state, announced.meta.byte_length, limits, held_bytes)) return state;
  return changed(state, { heard_at: now, announced: { ...announced, has_room: true } });
}

function sessionAnswered(
  state: ActiveState,
  status: Extract<CaptureEvent, { type: 'session.answered' }>['status'],
  now: number,
  limits: CaptureLimits,
): Transition {
  const { overdue, session } = state;
  switch (status) {
    case 'closed':
      return abort(state, now, 'session_closed', SESSION_CLOSED);
    case 'invalid':
      return abort(state, now, 'session_invalid', SESSION_INVALID);
    case 'unavailable':
      if (overdue) return abort(state, now, overdue.error_code, overdue.reason);
      return become({ ...state, session: missedSession(session, limits) });
    case 'active':
      if (overdue) return abort(state, now, overdue.error_code, overdue.reason);
      return become({ ...state, session: watchSession(session.asked_at ?? now, limits) });
  }
}

function tick(state: ActiveState, now: number, limits: CaptureLimits): Transition {
  const { announced, session, overdue } = state;
  if (state.buffered_frames > 0 && now - state.in_flight_since > limits.forward_timeout_ms) {
    return abortForwarding(state, now, `no acknowledgement within ${limits.forward_timeout_ms} ms`);
  }
  if (announced && !announced.has_room && now - announced.since > limits.forward_grace_ms) {
    return abort(state, now, 'limit_forward_buffer_exceeded', noRoom(state), announced.meta.record_id);
  }
  const answer_overdue = sessionAnswerOverdue(session, now, limits);
  if (overdue) return answer_overdue ? abort(state, now, overdue.error_code, overdue.reason) : become(state);

  const verdict = clientOverdue(state, now, limits);
  if (verdict) return askSession({ ...state, overdue: verdict }, now);
  if (answer_overdue) return become({ ...state, session: missedSession(session, limits) });
  if (sessionSilent(session, now, limits)) {
    return abort(state, now, 'session_unavailable', `no answer for ${limits.session_silence_ms} ms`);
  }
  const asks = session.asked_at === null && now >= session.ask_at;
  return asks ? askSession(state, now) : acknowledge(state, now, limits);
}

/** Acknowledges the arrived frames to the client, at most once in `ack_interval_ms`. PROTOCOL.md, "capture.ack". */
function acknowledge(state: ActiveState, now: number, limits: CaptureLimits): Transition {
  const { open, delivered_frames, acknowledged } = state;
  if (delivered_frames === acknowledged.frames || now - acknowledged.at < limits.ack_interval_ms) return become(state);
  return {
    state: changed(state, { acknowledged: { frames: delivered_frames, at: now } }),
    effects: [{ type: 'notify', notice: { kind: 'acknowledged', open, seq: delivered_frames } }],
  };
}

/** The timers for a client. PROTOCOL.md, "Timers". */
function clientOverdue(state: ActiveState, now: number, limits: CaptureLimits): ActiveState['overdue'] {
  const { announced } = state;
  if (now - state.accepted_at > limits.max_duration_ms + limits.ingest_grace_ms) {
    const reason = `not closed within ${limits.max_duration_ms + limits.ingest_grace_ms} ms`;
    return { error_code: 'limit_duration_exceeded', reason };
  }
  const isRead = announced === null || announced.has_room;
  if (isRead && now - state.heard_at > limits.silence_timeout_ms) {
    return { error_code: 'protocol_violation', reason: `nothing received for ${limits.silence_timeout_ms} ms` };
  }
  return null;
}

/** One question at a time: one that is under way already is answered soon enough. */
function askSession(state: ActiveState, now: number): Transition {
  if (state.session.asked_at !== null) return become(state);
  const { user_id, session_id } = state.open;
  return {
    state: { ...state, session: askedSession(state.session, now) },
    effects: [{ type: 'validate_session', user_id, session_id, check: 'recheck' }],
  };
}
