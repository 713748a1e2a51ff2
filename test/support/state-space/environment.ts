import type { CaptureEffect, CaptureOutcome } from '../../../libs/capture-domain/src/capture/effect.js';
import type { StreamEnd } from '../../../libs/capture-domain/src/ports/landmark-forwarder.js';
import { isAccepted, type ModelState } from './model-state.js';
import { violate } from './violation.js';

/** Does to the environment what CaptureService and ForwardQueue do for an effect; throws a Violation if it must not come. */
export function carryOut(state: ModelState, effect: CaptureEffect): void {
  switch (effect.type) {
    case 'validate_session':
      state.questions += 1;
      state.session_checked_at = state.now;
      return;
    case 'claim_capture':
      if (state.claimed_at !== null) violate('the capture is claimed twice');
      state.claimed_at = state.now;
      return;
    case 'open_stream':
      openStream(state);
      return;
    case 'forward':
      forward(state, effect.item.seq, effect.item.byte_length);
      return;
    case 'stop_forwarding':
      state.stopped = true;
      return;
    case 'end_stream':
      endStream(state, effect.end);
      return;
    case 'notify':
      if (state.verdict !== null) violate('the client gets a message after its verdict');
      if (effect.notice.kind === 'acknowledged' && effect.notice.seq !== state.acknowledged) {
        violate(`the client is told of ${effect.notice.seq} frames, the extractor acknowledged ${state.acknowledged}`);
      }
      return;
    case 'finish':
      finish(state, effect.outcome);
      return;
  }
}

/** Hands the next frame to the extractor if none is in flight. */
export function forwardNext(state: ModelState): void {
  if (state.in_flight_since !== null || state.queue.length === 0 || state.stopped) return;
  state.in_flight_since = state.now;
  state.forwarded += 1;
}

function openStream(state: ModelState): void {
  if (state.stream !== 'none') violate('the stream is opened twice');
  if (!state.session_found) violate('the stream is opened before the session is found active');
  state.stream = 'asked';
  state.stream_asked_at = state.now;
}

function forward(state: ModelState, seq: number, byte_length: number): void {
  if (!isAccepted(state)) violate('a frame is forwarded before the extractor accepts the capture');
  if (state.end !== 'none') violate('a frame is forwarded after the end');
  if (state.stopped) violate('a frame is forwarded after the abort');
  const expected = state.acknowledged + state.queue.length + 1;
  if (seq !== expected) violate(`frame ${seq} is forwarded in place of frame ${expected}`);
  state.queue = [...state.queue, byte_length];
}

function endStream(state: ModelState, end: StreamEnd): void {
  const { acknowledged, queue } = state;
  if (!isAccepted(state)) violate('a stream that was not accepted gets an end');
  if (state.end !== 'none') violate('the stream gets a second end');
  if (end.frame_count !== acknowledged || end.last_seq !== acknowledged) {
    violate(`the end counts ${end.frame_count} frames, the extractor acknowledged ${acknowledged}`);
  }
  if (end.event === 'capture.close' && queue.length > 0) violate('the close comes before all frames are acknowledged');
  state.end = 'sent';
  state.end_sent_at = state.now;
  state.end_code = end.error_code;
  state.stopped = true;
  state.dropped = queue.length;
  state.dropped_in_flight = state.in_flight_since === null ? 0 : (queue[0] ?? 0);
  state.queue = [];
  state.in_flight_since = null;
}

function finish(state: ModelState, outcome: CaptureOutcome): void {
  if (state.verdict !== null) violate('the client gets a second verdict');
  state.verdict = verdictOf(outcome);
  if (outcome.kind !== 'completed') return;
  const { frame_count, byte_count } = outcome;
  const is_counted = frame_count === state.acknowledged && byte_count === state.acknowledged_bytes;
  const is_whole = state.end === 'acknowledged' && state.dropped === 0 && is_counted;
  if (!is_whole) violate('the capture is completed before everything is acknowledged');
}

function verdictOf(outcome: CaptureOutcome): string {
  if (outcome.kind === 'completed') return outcome.kind;
  return outcome.kind === 'aborted' ? outcome.error_code : outcome.cause;
}
