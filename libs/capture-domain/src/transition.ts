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
 * The rule book: what a capture becomes when something happens, and what is to be done about it. Each phase has a file of its
 * own. Pure: it reads no clock, keeps nothing and carries nothing out. PROTOCOL.md, all of it.
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
