import type { CaptureLimits } from '@a3cp/capture-domain';
import type { Transition } from '../../../libs/capture-domain/src/capture/effect.js';
import type { CaptureEvent } from '../../../libs/capture-domain/src/capture/event.js';
import { carryOut, forwardNext } from './environment.js';
import { checkEvent, checkRoom, checkState } from './invariants.js';
import { copyOf, type ModelState } from './model-state.js';
import type { Move } from './move.js';
import type { Rules } from './rules.js';
import { checkTimers, measure } from './timers.js';
import { violate } from './violation.js';

/** The state after a move; throws a Violation if it breaks an invariant. */
export function step(before: ModelState, move: Move, rules: Rules, limits: CaptureLimits): ModelState {
  const after = copyOf(before);
  if (move.event === null) {
    after.now += 1;
    return after;
  }
  const event = move.event(before);
  move.happens?.(after);
  const own = rules.heldBytes(before.capture);
  const elsewhere = move.is_crowded ? limits.max_buffered_bytes - own : 0;
  const { state, effects } = decide(before, event, own + elsewhere, rules, limits);
  after.capture = state;
  for (const effect of effects) carryOut(after, effect);
  forwardNext(after);
  measure(before, event, after, rules);
  checkState(after, elsewhere, rules, limits);
  checkEvent(before, event, move, after);
  checkRoom(event, after, elsewhere, limits);
  checkTimers(before, event, after, limits);
  return after;
}

function decide(
  { capture, now }: ModelState,
  event: CaptureEvent,
  held_bytes: number,
  rules: Rules,
  limits: CaptureLimits,
): Transition {
  try {
    return rules.transition(capture, event, { now, limits, held_bytes });
  } catch (error) {
    return violate(`${event.type} makes the rules throw ${String(error)}`);
  }
}
