import { deliveredIn, type Delivered, type Page, problemIn } from './page-state.js';
import type { Problem } from './problem.js';

/** What the page says, to eyes and to a screen reader alike. */
export interface PageWords {
  readonly headline: string;
  /** Empty where the problem's own explanation says it. */
  readonly words: string;
}

/** The page's words; they change when it changes, never with a number that ticks. */
export function wordsOf(page: Page): PageWords {
  const problem = problemIn(page);
  if (problem) return { headline: headlineOf(problem), words: '' };
  const delivered = deliveredIn(page);
  if (delivered) return { headline: 'It has arrived', words: wordsOfDelivered(delivered) };
  switch (page.at) {
    case 'signed_out':
    case 'starting_session':
      return {
        headline: 'Who is in front of the camera?',
        words: 'Give the name or number this person is known by. Nothing is filmed yet.',
      };
    case 'ready':
    case 'opening_camera':
      return {
        headline: 'Turn the camera on',
        words: 'You see yourselves first. No picture leaves this device before you press Record.',
      };
    case 'previewing':
      return {
        headline: 'Ready when you are',
        words: 'Face and hands in the picture are best. A recording takes a few seconds; you can stop it at any time.',
      };
    case 'counting':
      return { headline: 'Get ready', words: 'The recording starts in a moment.' };
    case 'capturing':
      return {
        headline: 'Recording',
        words: page.waiting
          ? 'Waiting for the network. You can go on with the gesture.'
          : 'Make the gesture now, and press Stop when it is done.',
      };
    case 'closing':
      return {
        headline: 'Nearly there',
        words: page.waiting
          ? 'Waiting for the network. The last pictures are still here.'
          : 'The last pictures are on their way.',
      };
    case 'ending_session':
      return { headline: 'Ending the session', words: 'The camera is off.' };
  }
}

function headlineOf({ kind, code }: Problem): string {
  if (kind === 'aborted') return 'The recording did not go through';
  if (code.startsWith('camera_')) return 'The camera cannot be used';
  return 'That did not work';
}

function wordsOfDelivered({ movement }: Delivered): string {
  switch (movement) {
    case 'awaited':
      return 'The recording was delivered. The movement of the hands is being worked out.';
    case 'shown':
      return 'The recording was delivered. The movement of the hands is shown below.';
    case 'unseen':
      return 'The recording was delivered, but no hand was seen. Were the hands in the picture?';
    case 'unlooked':
      return 'The recording was delivered.';
    case 'unavailable':
      return 'The recording was delivered. The movement of the hands could not be fetched.';
  }
}
