import type { Left, PageEffect, PageEvent } from './page-event.js';
import { outcomeOf, type Outcome, type Page, recordingsIn, type WithSession } from './page-state.js';
import { nextNth } from './recording.js';

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
      return startSession(page, event);
    case 'start_other_session':
      if (page.at !== 'asking_name') break;
      return to({ at: 'starting_session' }, { type: 'start_session', user_id: page.user_id });
    case 'session.started':
      if (page.at !== 'starting_session') break;
      return to({ at: 'ready', session: event.session, recordings: [], outcome: null });
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
      return to({ at: 'ready', ...kept(page), outcome: event.problem });
    case 'start_preview':
      if (page.at !== 'ready') break;
      return to({ at: 'opening_camera', ...kept(page) }, { type: 'open_camera' });
    case 'camera.opened':
      if (page.at !== 'opening_camera') break;
      return to({ at: 'previewing', ...kept(page), outcome: null });
    case 'change_camera':
      if (page.at !== 'previewing') break;
      return to({ at: 'opening_camera', ...kept(page) }, { type: 'close_camera' }, { type: 'open_camera' });
    case 'page.hidden':
      return hidesPage(page, event);
    case 'camera.gone':
      return losesCamera(page, event);
    case 'stop_preview':
      if (page.at !== 'previewing') break;
      return to({ at: 'ready', ...kept(page), outcome: shownIn(page) }, { type: 'close_camera' });
    case 'start_capture':
      return startCapture(page, event);
    case 'second.passed':
      return countsDown(page);
    case 'stop_capture':
      return stopsCapture(page);
    case 'look_at':
      if (page.at !== 'ready' && page.at !== 'previewing') break;
      return to({ ...page, outcome: { kind: 'completed', capture_id: event.capture_id } });
    case 'discard':
      if (page.at !== 'ready' && page.at !== 'previewing') break;
      return to(page, { type: 'discard', capture_id: event.capture_id });
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
    case 'capture.discarded':
      return forgets(page, event.capture_id);
    case 'capture.not_discarded':
      if (page.at !== 'ready' && page.at !== 'previewing') break;
      return to({ ...page, outcome: event.problem });
    case 'movement.settled':
      return settlesMovement(page, event);
  }
  return to(page);
}

type Of<Type extends PageEvent['type']> = Extract<PageEvent, { type: Type }>;

function to(page: Page, ...effects: PageEffect[]): PageTransition {
  return { page, effects };
}

/** What is kept from one place to the next. */
function kept({ session, recordings }: WithSession): WithSession {
  return { session, recordings };
}

function startSession(page: Page, { user_id, known }: Of<'start_session'>): PageTransition {
  if (page.at === 'asking_name') {
    return to({ at: 'starting_session' }, { type: 'start_session', user_id: page.known });
  }
  if (page.at !== 'signed_out') return to(page);
  if (known !== null) return to({ at: 'asking_name', user_id, known });
  return to({ at: 'starting_session' }, { type: 'start_session', user_id });
}

function endSession(page: Page): PageTransition {
  if (page.at !== 'ready' && page.at !== 'previewing') return to(page);
  const ending: PageEffect = { type: 'end_session', session: page.session };
  // the camera is off outside a session, even if ending the session fails
  return to({ at: 'ending_session', ...kept(page) }, { type: 'close_camera' }, ending);
}

function losesCamera(page: Page, { problem }: Of<'camera.gone'>): PageTransition {
  switch (page.at) {
    case 'opening_camera':
    case 'previewing':
      return readyAfter(page, problem);
    case 'counting':
      return readyAfter(page, problem, { type: 'stop_counting' });
    case 'capturing':
      return readyAfter(page, { ...problem, of: 'recording' }, { type: 'give_up_capture' });
    default:
      // while closing every picture was taken already: the verdict counts, and it says what is left
      return to(page);
  }
}

function startCapture(page: Page, { intent, series }: Of<'start_capture'>): PageTransition {
  if (page.at !== 'previewing') return to(page);
  const running = series && { ...series, nth: 1 };
  return to(
    { at: 'counting', ...kept(page), intent, series: running, seconds: COUNTDOWN_SECONDS },
    { type: 'start_counting' },
  );
}

/** A browser stops the camera of a hidden page, or what the page does with it. */
function hidesPage(page: Page, { problem }: Of<'page.hidden'>): PageTransition {
  if (page.at === 'counting' || page.at === 'closing') return stopsCapture(page);
  if (page.at !== 'capturing') return to(page);
  return to({ at: 'previewing', ...kept(page), outcome: problem }, { type: 'give_up_capture' });
}

function countsDown(page: Page): PageTransition {
  if (page.at !== 'counting') return to(page);
  const { session, intent, series, seconds } = page;
  if (seconds > 1) return to({ ...page, seconds: seconds - 1 });
  return to(
    { at: 'capturing', ...kept(page), intent, series, waiting: false },
    { type: 'stop_counting' },
    { type: 'start_capture', session, intent, length_s: series?.length_s ?? null },
  );
}

function stopsCapture(page: Page): PageTransition {
  switch (page.at) {
    case 'counting': {
      const last = page.series && page.series.nth > 1 ? page.recordings.at(-1) : undefined;
      const outcome = last ? delivered(last.capture_id) : null;
      return to({ at: 'previewing', ...kept(page), outcome }, { type: 'stop_counting' });
    }
    case 'capturing':
      return to({ ...page, series: null }, { type: 'stop_capture' });
    case 'closing':
      return to({ ...page, series: null });
    default:
      return to(page);
  }
}

function completesCapture(page: Page, { result, elapsed_ms, picture, left }: Of<'capture.completed'>): PageTransition {
  if (page.at !== 'capturing' && page.at !== 'closing') return to(page);
  const { session, intent, series } = page;
  const nth = nextNth(page.recordings, intent);
  const recording = { ...result, intent, nth, elapsed_ms, picture, movement: 'awaited' as const };
  const recordings = [...page.recordings, recording];
  const movement: PageEffect = { type: 'find_movement', capture_id: result.capture_id, aspect: picture.aspect };
  if (left === 'camera' && series && series.nth < series.times) {
    const next = { ...series, nth: series.nth + 1 };
    return to({ at: 'counting', session, recordings, intent, series: next, seconds: series.pause_s }, movement, {
      type: 'start_counting',
    });
  }
  const { page: next, effects } = leaves(left, { session, recordings }, delivered(result.capture_id));
  return to(next, ...effects, movement);
}

function losesCapture(page: Page, { problem, left }: Of<'capture.lost'>): PageTransition {
  if (page.at !== 'capturing' && page.at !== 'closing') return to(page);
  // without a session the camera is off
  if (left === 'nothing') return to({ at: 'signed_out', outcome: problem }, { type: 'close_camera' });
  return leaves(left, page, problem);
}

function leaves(left: Left, page: WithSession, outcome: Outcome): PageTransition {
  if (left === 'camera') return to({ at: 'previewing', ...kept(page), outcome });
  return readyAfter(page, outcome);
}

function readyAfter(page: WithSession, outcome: Outcome, ...effects: PageEffect[]): PageTransition {
  return to({ at: 'ready', ...kept(page), outcome }, ...effects, { type: 'close_camera' });
}

function delivered(capture_id: string): Outcome {
  return { kind: 'completed', capture_id };
}

/** The outcome that is a recording; a problem is said once. */
function shownIn(page: Page): Outcome | null {
  const outcome = outcomeOf(page);
  return outcome?.kind === 'completed' ? outcome : null;
}

function forgets(page: Page, capture_id: string): PageTransition {
  if (!('recordings' in page)) return to(page);
  const recordings = recordingsIn(page).filter((recording) => recording.capture_id !== capture_id);
  const next = { ...page, recordings };
  const outcome = outcomeOf(page);
  if (!('outcome' in next) || outcome?.kind !== 'completed' || outcome.capture_id !== capture_id) return to(next);
  return to({ ...next, outcome: null });
}

function settlesMovement(page: Page, { capture_id, movement }: Of<'movement.settled'>): PageTransition {
  if (!('recordings' in page)) return to(page);
  const recordings = page.recordings.map((recording) =>
    recording.capture_id === capture_id ? { ...recording, movement } : recording,
  );
  return to({ ...page, recordings });
}
