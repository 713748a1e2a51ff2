import type { CaptureLimits } from '@a3cp/capture-domain';
import type { CaptureEvent } from '../../../libs/capture-domain/src/capture-event.js';
import { announcedBytes, isAccepted, type ModelState, waitsForRoom } from './model-state.js';
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

/** Checks what must hold after an event. Throws a Violation. */
export function checkEvent(event: CaptureEvent, after: ModelState): void {
  const { capture } = after;
  if (after.verdict === 'internal_error' && MESSAGES.includes(event.type))
    violate(`${event.type} makes the server fail`);
  const goes_on = capture.phase === 'active' || (capture.phase === 'closing' && capture.step === 'draining');
  if (!goes_on) return;
  if (after.stream === 'broken') violate('the capture goes on without its stream');
  const has_ended = event.type === 'session.answered' && (event.status === 'closed' || event.status === 'invalid');
  if (has_ended || event.type === 'session.closed') violate('the capture goes on without its session');
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
