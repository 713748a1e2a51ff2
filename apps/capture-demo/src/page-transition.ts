import type { Left, PageEffect, PageEvent } from './page-event.js';
import { deliveredIn, type Outcome, outcomeOf, type Page, type Session } from './page-state.js';

/** The next page and what is to be done; an event that finds the page elsewhere changes nothing. */
export interface PageTransition {
  readonly page: Page;
  readonly effects: readonly PageEffect[];
}

/** Seconds in which the person gets ready. */
export const COUNTDOWN_SECONDS = 3;

/** The only place that knows what follows on what. Does nothing itself. */
export function transition(page: Page, event: PageEvent): PageTransition {
  switch (event.type) {
    case 'start_session':
      if (page.at !== 'signed_out') break;
      return to({ at: 'starting_session' }, { type: 'start_session', user_id: event.user_id });
    case 'session.started':
      if (page.at !== 'starting_session') break;
      return to({ at: 'ready', session: event.session, outcome: null });
    case 'session.not_started':
      if (page.at !== 'starting_session') break;
      return to({ at: 'signed_out', outcome: event.problem });
    case 'end_session':
      return endSession(page);
    case 'session.ended':
      if (page.at !== 'ending_session') break;
      return to({ at: 'signed_out', outcome: null });
    case 'session.not_ended':
      if (page.at !== 'ending_session') break;
      return to({ at: 'ready', session: page.session, outcome: event.problem });
    case 'start_preview':
      if (page.at !== 'ready') break;
      return to({ at: 'opening_camera', session: page.session }, { type: 'open_camera' });
    case 'camera.opened':
      if (page.at !== 'opening_camera') break;
      return to({ at: 'previewing', session: page.session, outcome: null });
    case 'change_camera':
      if (page.at !== 'previewing') break;
      return to({ at: 'opening_camera', session: page.session }, { type: 'close_camera' }, { type: 'open_camera' });
    case 'page.hidden':
      return hidesPage(page, event);
    case 'camera.gone':
      return losesCamera(page, event);
    case 'stop_preview':
      if (page.at !== 'previewing') break;
      return to({ at: 'ready', session: page.session, outcome: deliveredIn(page) }, { type: 'close_camera' });
    case 'start_capture':
      if (page.at !== 'previewing') break;
      return to(
        { at: 'counting', session: page.session, intent: event.intent, seconds: COUNTDOWN_SECONDS },
        { type: 'start_counting' },
      );
    case 'second.passed':
      return countsDown(page);
    case 'stop_capture':
      return stopsCapture(page);
    case 'network.changed':
      if (page.at !== 'capturing' && page.at !== 'closing') break;
      return to({ ...page, waiting: event.waiting });
    case 'capture.closing':
      if (page.at !== 'capturing') break;
      return to({ ...page, at: 'closing' });
    case 'capture.completed':
      return completesCapture(page, event);
    case 'capture.lost':
      return losesCapture(page, event);
    case 'movement.settled':
      return settlesMovement(page, event);
  }
  return to(page);
}

type Of<Type extends PageEvent['type']> = Extract<PageEvent, { type: Type }>;

function to(page: Page, ...effects: PageEffect[]): PageTransition {
  return { page, effects };
}

function endSession(page: Page): PageTransition {
  if (page.at !== 'ready' && page.at !== 'previewing') return to(page);
  const { session } = page;
  const ending: PageEffect = { type: 'end_session', session };
  // nobody is filmed outside a session, whatever becomes of its end
  return to({ at: 'ending_session', session }, { type: 'close_camera' }, ending);
}

function losesCamera(page: Page, { problem }: Of<'camera.gone'>): PageTransition {
  switch (page.at) {
    case 'opening_camera':
    case 'previewing':
      return readyAfter(page.session, problem);
    case 'counting':
      return readyAfter(page.session, problem, { type: 'stop_counting' });
    case 'capturing':
      return readyAfter(page.session, { ...problem, of: 'recording' }, { type: 'give_up_capture' });
    default:
      // while closing every picture was taken already: the verdict counts, and it says what is left
      return to(page);
  }
}

/** A browser stops the camera of a hidden page, or what the page does with it. */
function hidesPage(page: Page, { problem }: Of<'page.hidden'>): PageTransition {
  if (page.at === 'counting') return stopsCapture(page);
  if (page.at !== 'capturing') return to(page);
  return to({ at: 'previewing', session: page.session, outcome: problem }, { type: 'give_up_capture' });
}

function countsDown(page: Page): PageTransition {
  if (page.at !== 'counting') return to(page);
  const { session, intent, seconds } = page;
  if (seconds > 1) return to({ ...page, seconds: seconds - 1 });
  return to(
    { at: 'capturing', session, intent, waiting: false },
    { type: 'stop_counting' },
    { type: 'start_capture', session, intent },
  );
}

function stopsCapture(page: Page): PageTransition {
  switch (page.at) {
    case 'counting':
      return to({ at: 'previewing', session: page.session, outcome: null }, { type: 'stop_counting' });
    case 'capturing':
      return to(page, { type: 'stop_capture' });
    default:
      return to(page);
  }
}

function completesCapture(page: Page, { result, left }: Of<'capture.completed'>): PageTransition {
  if (page.at !== 'capturing' && page.at !== 'closing') return to(page);
  const { page: next, effects } = leaves(left, page.session, { ...result, intent: page.intent, movement: 'awaited' });
  return to(next, ...effects, { type: 'find_movement', capture_id: result.capture_id });
}

function losesCapture(page: Page, { problem, left }: Of<'capture.lost'>): PageTransition {
  if (page.at !== 'capturing' && page.at !== 'closing') return to(page);
  // without a session nobody is filmed
  if (left === 'nothing') return to({ at: 'signed_out', outcome: problem }, { type: 'close_camera' });
  return leaves(left, page.session, problem);
}

function leaves(left: Left, session: Session, outcome: Outcome): PageTransition {
  if (left === 'camera') return to({ at: 'previewing', session, outcome });
  return readyAfter(session, outcome);
}

function readyAfter(session: Session, outcome: Outcome, ...effects: PageEffect[]): PageTransition {
  return to({ at: 'ready', session, outcome }, ...effects, { type: 'close_camera' });
}

function settlesMovement(page: Page, { capture_id, movement }: Of<'movement.settled'>): PageTransition {
  const outcome = outcomeOf(page);
  if (page.at !== 'ready' && page.at !== 'previewing') return to(page);
  if (outcome?.kind !== 'completed' || outcome.capture_id !== capture_id) return to(page);
  return to({ ...page, outcome: { ...outcome, movement } });
}
