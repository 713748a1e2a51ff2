import type { CaptureLimits } from '@a3cp/capture-domain';
import type { CaptureEvent } from '../../../libs/capture-domain/src/capture/event.js';
import { announcedBytes, isAccepted, type ModelState, waitsForRoom } from './model-state.js';
import type { Move } from './move.js';
import type { Rules } from './rules.js';
import { violate } from './violation.js';

/** Checks what must hold in every state; `elsewhere` is what other captures hold, in bytes. Throws a Violation. */
export function checkState(state: ModelState, elsewhere: number, rules: Rules, limits: CaptureLimits): void {
  const { capture, queue } = state;
  const queued = sum(queue);
  if (queue.length > limits.max_forward_buffer_frames) violate(`the forward buffer holds ${queue.length} frames`);
  if (queued > limits.max_forward_buffer_bytes) violate(`the forward buffer holds ${queued} bytes`);
  if ((capture.phase === 'active' || capture.phase === 'closing') && capture.buffered_frames !== queue.length) {
    violate(`${capture.buffered_frames} frames are counted, the forward queue holds ${queue.length}`);
  }
  const promised = waitsForRoom(state) ? 0 : announcedBytes(state);
  const held = rules.heldBytes(capture);
  if (held !== queued + promised) violate(`${held} bytes are counted, ${queued + promised} are queued or promised`);
  if (elsewhere > 0 && held + elsewhere > limits.max_buffered_bytes) {
    violate(`the process holds ${held + elsewhere} bytes`);
  }
  if (capture.phase === 'aborting' && isAccepted(state) && !state.stopped) violate('an abort does not stop forwarding');
  if (capture.phase === 'closed') checkClosed(state);
}

function checkClosed(state: ModelState): void {
  if (isAccepted(state) && state.end === 'none') violate('an accepted stream gets no end');
  if (state.client === 'connected' && state.verdict === null) violate('a connected client gets no verdict');
}

/** Checks that a frame waits only while there is no room: each acknowledgement and each tick looks again. */
export function checkRoom(event: CaptureEvent, after: ModelState, elsewhere: number, limits: CaptureLimits): void {
  if (!waitsForRoom(after) || (event.type !== 'forward.settled' && event.type !== 'tick')) return;
  const bytes = sum(after.queue) + announcedBytes(after);
  const fits_buffer = bytes <= limits.max_forward_buffer_bytes && after.queue.length < limits.max_forward_buffer_frames;
  if (fits_buffer && bytes + elsewhere <= limits.max_buffered_bytes) violate('a frame waits although there is room');
}

/** Checks what must hold after an event. Throws a Violation. */
export function checkEvent(before: ModelState, event: CaptureEvent, { is_invalid }: Move, after: ModelState): void {
  const { capture } = after;
  const is_message = MESSAGES.includes(event.type);
  if (is_message && after.verdict === 'internal_error') violate(`${event.type} makes the server fail`);
  const is_draining = capture.phase === 'closing' && capture.step === 'draining';
  const goes_on = capture.phase === 'opening' || capture.phase === 'active' || is_draining;
  if (goes_on && after.stream === 'broken') violate('the capture goes on without its stream');
  if (goes_on && (is_invalid || !isDue(event, before))) violate('the capture goes on after an invalid message');
  if (goes_on && endsCapture(event, is_draining)) violate(`the capture goes on after ${event.type}`);
  if (capture.phase === 'active' && event.type === 'capture.close') violate('the capture goes on after its close');
  const is_kept = capture.phase !== 'closed' && endsConnection(event, before);
  if (is_kept) violate(`the connection is kept after ${event.type}`);
}

/** Whether an event ends a capture; one whose close is accepted goes on without its client. */
function endsCapture(event: CaptureEvent, is_draining: boolean): boolean {
  switch (event.type) {
    case 'session.closed':
    case 'internal_error':
    case 'forward.failed':
      return true;
    case 'session.answered':
      return event.status === 'closed' || event.status === 'invalid';
    case 'disconnected':
    case 'oversized':
    case 'malformed':
    case 'shutdown':
      return !is_draining;
    default:
      return false;
  }
}

/** Whether an event leaves nothing to wait for. */
function endsConnection(event: CaptureEvent, { capture }: ModelState): boolean {
  switch (event.type) {
    case 'claim.answered':
      return typeof event.answer === 'object' && capture.phase === 'opening' && capture.asking === 'claim';
    case 'stream.refused':
    case 'end.settled':
    case 'end.failed':
      return true;
    default:
      return false;
  }
}

/** Whether a message is due. */
function isDue(event: CaptureEvent, before: ModelState): boolean {
  switch (event.type) {
    case 'capture.open':
      return before.capture.phase === 'idle';
    case 'capture.frame_meta':
    case 'capture.close':
      return announcedBytes(before) === 0;
    case 'frame_bytes':
      return event.payload.length === announcedBytes(before);
    default:
      return true;
  }
}

const MESSAGES: readonly CaptureEvent['type'][] = [
  'capture.open',
  'capture.frame_meta',
  'frame_bytes',
  'capture.close',
];

function sum(numbers: readonly number[]): number {
  let total = 0;
  for (const number of numbers) total += number;
  return total;
}
