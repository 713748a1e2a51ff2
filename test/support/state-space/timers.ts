import type { CaptureLimits } from '@a3cp/capture-domain';
import type { CaptureEvent } from '../../../libs/capture-domain/src/capture-event.js';
import { type ModelState, waitsForRoom } from './model-state.js';
import type { Rules } from './rules.js';
import { violate } from './violation.js';

/** Keeps the environment's own times: since when the client is silent, and since when it waits for room. */
export function measure(before: ModelState, event: CaptureEvent, after: ModelState, rules: Rules): void {
  if (!waitsForRoom(after)) after.no_room_since = null;
  else after.no_room_since ??= after.now;
  const has_arrived = event.type === 'tick' ? event.heard : MESSAGES.includes(event.type);
  const is_read_again = rules.acceptsInput(after.capture) && !rules.acceptsInput(before.capture);
  if (has_arrived || is_read_again || after.capture.phase !== 'active') after.heard_at = after.now;
}

const MESSAGES: readonly CaptureEvent['type'][] = ['capture.frame_meta', 'frame_bytes'];

/** Checks that no timer fires early, and that after a tick none is late. Throws a Violation. */
export function checkTimers(
  before: ModelState,
  event: CaptureEvent,
  after: ModelState,
  rules: Rules,
  limits: CaptureLimits,
): void {
  if (event.type === 'tick') {
    checkForwarding(before, after, limits);
    checkRoom(before, after, limits);
    checkSilence(before, after, rules, limits);
  }
  const gives_up_open = after.capture.phase === 'closed' && after.stream === 'asked';
  if (gives_up_open && !isOver(before.stream_asked_at, before, limits.stream_open_timeout_ms)) {
    violate('the open of a stream is given up before stream_open_timeout_ms');
  }
}

function checkForwarding(before: ModelState, after: ModelState, { forward_timeout_ms }: CaptureLimits): void {
  const is_over = isOver(before.in_flight_since, before, forward_timeout_ms);
  if (is_over && after.in_flight_since !== null) violate('a frame is in flight after forward_timeout_ms');
  const is_failed = before.capture.phase === 'active' && after.verdict === 'forward_failed';
  if (is_failed && !is_over) violate('a frame in flight is given up before forward_timeout_ms');
}

function checkRoom(before: ModelState, after: ModelState, { forward_grace_ms }: CaptureLimits): void {
  const is_over = isOver(before.no_room_since, before, forward_grace_ms);
  if (is_over && after.no_room_since !== null) violate('a frame waits for room after forward_grace_ms');
  const is_given_up = before.verdict === null && after.verdict === 'limit_forward_buffer_exceeded';
  if (is_given_up && !is_over) violate('a frame without room is given up before forward_grace_ms');
}

function checkSilence(
  before: ModelState,
  after: ModelState,
  rules: Rules,
  { silence_timeout_ms }: CaptureLimits,
): void {
  if (before.capture.phase !== 'active' || after.capture.phase !== 'active') return;
  const is_over = isOver(after.heard_at, after, silence_timeout_ms);
  if (is_over && rules.acceptsInput(after.capture)) violate('a silent client is read after silence_timeout_ms');
  const is_late = before.capture.overdue === null && after.capture.overdue?.error_code === 'protocol_violation';
  if (is_late && !is_over) violate('a client counts as silent before silence_timeout_ms');
}

function isOver(since: number | null, { now }: ModelState, limit_ms: number): boolean {
  return since !== null && now - since > limit_ms;
}
