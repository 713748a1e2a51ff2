import { deliveredIn, type Page, problemIn } from './page-state.js';
import type { Problem } from './problem.js';
import type { Catalogue } from './words/english.js';

/** What the person can do on the page, by the names of its buttons. */
export type Action =
  | 'start-session'
  | 'other-person'
  | 'end-session'
  | 'start-preview'
  | 'stop-preview'
  | 'start-capture'
  | 'stop-capture';

/** The labels of the buttons there are. */
export interface PageActions {
  /** The one thing to do next, after a problem the way on; null while there is nothing but to wait. */
  readonly primary: Action | null;
  readonly labels: Partial<Readonly<Record<Action, string>>>;
}

/** The buttons of the page; `times` is how many recordings the next press starts. */
export function actionsOf(page: Page, times: number, { actions }: Catalogue): PageActions {
  const problem = problemIn(page);
  switch (page.at) {
    case 'signed_out':
      return { primary: 'start-session', labels: { 'start-session': startSessionLabel(problem, actions) } };
    case 'asking_name':
      return {
        primary: 'start-session',
        labels: {
          'start-session': actions.samePerson(page.known),
          'other-person': actions.otherPerson(page.user_id),
        },
      };
    case 'starting_session':
      return { primary: 'start-session', labels: { 'start-session': actions.startingSession } };
    case 'ready':
      return problem?.of === 'session_end'
        ? {
            primary: 'end-session',
            labels: { 'start-preview': actions.startPreview, 'end-session': actions.endSessionAgain },
          }
        : {
            primary: 'start-preview',
            labels: {
              'start-preview': problem?.of === 'camera' ? actions.startPreviewAgain : actions.startPreview,
              'end-session': actions.endSession,
            },
          };
    case 'opening_camera':
      return { primary: 'start-preview', labels: { 'start-preview': actions.startingPreview } };
    case 'previewing':
      return {
        primary: 'start-capture',
        labels: {
          'start-capture': recordLabel(page, times, actions),
          'stop-preview': actions.stopPreview,
          'end-session': actions.endSession,
        },
      };
    case 'counting':
      return { primary: 'stop-capture', labels: { 'stop-capture': actions.notYet } };
    case 'capturing':
      return { primary: 'stop-capture', labels: { 'stop-capture': actions.stop } };
    case 'closing':
    case 'ending_session':
      return { primary: null, labels: {} };
  }
}

function recordLabel(page: Page, times: number, actions: Catalogue['actions']): string {
  if (times > 1) return actions.recordSeries(times);
  if (problemIn(page)?.of === 'recording') return actions.tryAgain;
  return deliveredIn(page) ? actions.recordAgain : actions.record;
}

function startSessionLabel(problem: Problem | null, actions: Catalogue['actions']): string {
  if (!problem) return actions.startSession;
  return problem.code.startsWith('session_') ? actions.startNewSession : actions.tryAgain;
}
