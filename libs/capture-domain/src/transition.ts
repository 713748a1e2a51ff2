import { become, type Transition } from './capture/effect.js';
import type { CaptureEvent } from './capture/event.js';
import type { RuleContext } from './capture/rule-context.js';
import type { CaptureState } from './capture/state.js';
import { abortingTransition } from './phases/aborting.js';
import { activeTransition } from './phases/active.js';
import { closingTransition } from './phases/closing.js';
import { idleTransition } from './phases/idle.js';
import { openingTransition } from './phases/opening.js';

/**
 * The rules of a capture: computes the next state and the effects of an event. Each phase has its own file. Pure: it reads no
 * clock, keeps no state and carries no effect out. PROTOCOL.md, all of it.
 */
export function transition(state: CaptureState, event: CaptureEvent, context: RuleContext): Transition {
  switch (state.phase) {
    case 'idle':
      return idleTransition(state, event, context);
    case 'opening':
      return openingTransition(state, event, context);
    case 'active':
      return activeTransition(state, event, context);
    case 'closing':
      return closingTransition(state, event, context);
    case 'aborting':
      return abortingTransition(state, event, context);
    case 'closed':
      return become(state);
  }
}
