import type { CaptureLimits, NumericLimit } from '@a3cp/capture-domain';
import type { CaptureErrorCode } from '@a3cp/capture-protocol';
import type { CaptureEvent } from '../../../libs/capture-domain/src/capture/event.js';
import type { OpeningState } from '../../../libs/capture-domain/src/capture/state.js';
import { CONNECTED_AT, type ModelState, waitsForRoom } from './model-state.js';
import type { Rules } from './rules.js';
import { violate } from './violation.js';

/** A timer of the rules, measured by the times of the environment. */
interface Timer {
  /** The limits whose sum it is. */
  readonly limits: readonly NumericLimit[];
  /** Since when it runs; null if it does not. */
  since(state: ModelState): number | null;
  /** Whether it has fired at the event. */
  hasFired(event: CaptureEvent, before: ModelState, after: ModelState): boolean;
}

const TIMERS: readonly Timer[] = [
  {
    limits: ['open_timeout_ms'],
    since: ({ capture }) => (capture.phase === 'idle' ? CONNECTED_AT : null),
    hasFired: (_event, _before, { verdict }) => verdict === 'open_timeout',
  },
  {
    limits: ['session_timeout_ms'],
    since: (state) => (asks(state, 'session') || overdueCode(state) !== null ? state.session_checked_at : null),
    hasFired: ({ type }, before, { verdict }) => {
      const awaited = asks(before, 'session') ? 'session_unavailable' : overdueCode(before);
      return type === 'tick' && verdict !== null && verdict === awaited;
    },
  },
  {
    limits: ['claim_timeout_ms'],
    since: (state) => (asks(state, 'claim') ? state.claimed_at : null),
    hasFired: ({ type }, before, after) => type === 'tick' && asks(before, 'claim') && asks(after, 'stream'),
  },
  {
    limits: ['stream_open_timeout_ms'],
    since: ({ capture, stream_asked_at }) => (capture.phase === 'closed' ? null : stream_asked_at),
    hasFired: (_event, _before, { capture, stream }) => capture.phase === 'closed' && stream === 'asked',
  },
  {
    limits: ['max_duration_ms', 'ingest_grace_ms'],
    since: (state) => (isRunning(state) ? state.accepted_at : null),
    hasFired: (_event, before, after) => isRunning(before) && overdueCode(after) === 'limit_duration_exceeded',
  },
  {
    limits: ['silence_timeout_ms'],
    since: (state) => (isRunning(state) && !waitsForRoom(state) ? state.heard_at : null),
    hasFired: (_event, before, after) => isRunning(before) && overdueCode(after) === 'protocol_violation',
  },
  {
    limits: ['forward_grace_ms'],
    since: ({ no_room_since }) => no_room_since,
    hasFired: (_event, before, { verdict }) => before.verdict === null && verdict === 'limit_forward_buffer_exceeded',
  },
  {
    limits: ['forward_timeout_ms'],
    since: ({ in_flight_since }) => in_flight_since,
    hasFired: ({ type }, before, after) =>
      type === 'tick' && before.in_flight_since !== null && after.in_flight_since === null,
  },
  {
    limits: ['drain_timeout_ms'],
    since: ({ capture, closing_since }) =>
      capture.phase === 'closing' && capture.step === 'draining' ? closing_since : null,
    hasFired: ({ type }, { capture }, after) =>
      type === 'tick' &&
      capture.phase === 'closing' &&
      after.capture.phase === 'aborting' &&
      after.in_flight_since !== null,
  },
  {
    limits: ['forward_timeout_ms'],
    since: ({ capture, end, end_sent_at }) => (capture.phase !== 'closed' && end === 'sent' ? end_sent_at : null),
    hasFired: ({ type }, before, { capture }) => type === 'tick' && before.end === 'sent' && capture.phase === 'closed',
  },
];

/** Checks that no timer fires before its limits are over, and that none survives a tick after that. Throws a Violation. */
export function checkTimers(before: ModelState, event: CaptureEvent, after: ModelState, limits: CaptureLimits): void {
  for (const timer of TIMERS) {
    const has_fired = timer.hasFired(event, before, after);
    if (event.type !== 'tick' && !has_fired) continue;
    let limit_ms = 0;
    for (const name of timer.limits) limit_ms += limits[name];
    const since = timer.since(before);
    const is_over = since !== null && before.now - since > limit_ms;
    if (has_fired && !is_over && limit_ms > 0) violate(`${timer.limits.join(' + ')} fires too early`);
    if (!has_fired && is_over && timer.since(after) === since) violate(`${timer.limits.join(' + ')} does not fire`);
  }
  if (event.type !== 'tick' || !isRunning(after) || after.questions > 0) return;
  if (after.now - after.session_checked_at >= limits.session_check_interval_ms) {
    violate('session_check_interval_ms does not fire');
  }
}

/** Keeps the times that depend on more than one event: since when the client is silent, and since when it waits for room. */
export function measure(before: ModelState, event: CaptureEvent, after: ModelState, rules: Rules): void {
  if (!waitsForRoom(after)) after.no_room_since = null;
  else after.no_room_since ??= after.now;
  if (before.capture.phase === 'active' && after.capture.phase === 'closing') after.closing_since = after.now;
  const has_arrived = event.type === 'tick' ? event.heard : MESSAGES.includes(event.type);
  const is_read_again = rules.acceptsInput(after.capture) && !rules.acceptsInput(before.capture);
  if (has_arrived || is_read_again || after.capture.phase !== 'active') after.heard_at = after.now;
}

const MESSAGES: readonly CaptureEvent['type'][] = ['capture.frame_meta', 'frame_bytes'];

function asks({ capture }: ModelState, asking: OpeningState['asking']): boolean {
  return capture.phase === 'opening' && capture.asking === asking;
}

function overdueCode({ capture }: ModelState): CaptureErrorCode | null {
  return capture.phase === 'active' && capture.overdue !== null ? capture.overdue.error_code : null;
}

function isRunning({ capture }: ModelState): boolean {
  return capture.phase === 'active' && capture.overdue === null;
}
