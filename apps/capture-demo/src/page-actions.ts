import { deliveredIn, type Page, problemIn } from './page-state.js';
import type { Problem } from './problem.js';

/** What the person can do on the page, by the names of its buttons. */
export type Action =
  'start-session' | 'end-session' | 'start-preview' | 'stop-preview' | 'start-capture' | 'stop-capture';

/** The labels of the buttons there are. */
export interface PageActions {
  /** The one thing to do next, after a problem the way on; null while there is nothing but to wait. */
  readonly primary: Action | null;
  readonly labels: Partial<Readonly<Record<Action, string>>>;
}

/** The buttons of the page. */
export function actionsOf(page: Page): PageActions {
  const code = problemIn(page)?.code;
  switch (page.at) {
    case 'signed_out':
      return { primary: 'start-session', labels: { 'start-session': startSessionLabel(code) } };
    case 'starting_session':
      return { primary: 'start-session', labels: { 'start-session': 'Starting …' } };
    case 'ready':
      // without a code of the camera it was the session that did not end
      return code && !code.startsWith('camera_')
        ? {
            primary: 'end-session',
            labels: { 'start-preview': 'Turn the camera on', 'end-session': 'Try to end it again' },
          }
        : {
            primary: 'start-preview',
            labels: {
              'start-preview': code ? 'Try the camera again' : 'Turn the camera on',
              'end-session': 'End session',
            },
          };
    case 'opening_camera':
      return { primary: 'start-preview', labels: { 'start-preview': 'Turning the camera on …' } };
    case 'previewing':
      return {
        primary: 'start-capture',
        labels: {
          'start-capture': code ? 'Try again' : deliveredIn(page) ? 'Record again' : 'Record',
          'stop-preview': 'Turn the camera off',
          'end-session': 'End session',
        },
      };
    case 'counting':
      return { primary: 'stop-capture', labels: { 'stop-capture': 'Not yet' } };
    case 'capturing':
      return { primary: 'stop-capture', labels: { 'stop-capture': 'Stop' } };
    case 'closing':
    case 'ending_session':
      return { primary: null, labels: {} };
  }
}

function startSessionLabel(code: Problem['code'] | undefined): string {
  if (!code) return 'Start session';
  return code.startsWith('session_') ? 'Start a new session' : 'Try again';
}
