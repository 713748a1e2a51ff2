import { describe, expect, it } from '@jest/globals';
import { actionsOf } from './page-actions.js';
import type { Page, Session } from './page-state.js';
import { wordsOf } from './page-words.js';
import { problemOf } from './problem.js';
import { ENGLISH } from './words/english.js';

const session: Session = { user_id: 'u1', session_id: 's1' };
const delivered = {
  kind: 'completed',
  capture_id: 'c1',
  frames: 225,
  bytes: 8_000_000,
  last_timestamp_frame: new Date(0),
  largest_hole_ms: 67,
  skipped: 0,
  receipt: true,
  intent: '',
  movement: 'awaited',
} as const;

const PAGES: [Page, primary: string | null, label: string | undefined][] = [
  [{ at: 'signed_out', outcome: null }, 'start-session', 'Start session'],
  [{ at: 'signed_out', outcome: problemOf('session_start', 'server_unreachable') }, 'start-session', 'Try again'],
  [{ at: 'signed_out', outcome: problemOf('recording', 'session_closed') }, 'start-session', 'Start a new session'],
  [{ at: 'starting_session' }, 'start-session', 'Starting …'],
  [{ at: 'ready', session, outcome: null }, 'start-preview', 'Turn the camera on'],
  [{ at: 'ready', session, outcome: problemOf('camera', 'camera_refused') }, 'start-preview', 'Try the camera again'],
  [
    { at: 'ready', session, outcome: problemOf('session_end', 'server_unreachable') },
    'end-session',
    'Try to end it again',
  ],
  [
    { at: 'ready', session, outcome: problemOf('recording', 'forward_failed') },
    'start-preview',
    'Try the camera again',
  ],
  [{ at: 'ready', session, outcome: delivered }, 'start-preview', 'Turn the camera on'],
  [{ at: 'opening_camera', session }, 'start-preview', 'Turning the camera on …'],
  [{ at: 'previewing', session, outcome: null }, 'start-capture', 'Record'],
  [{ at: 'previewing', session, outcome: delivered }, 'start-capture', 'Record again'],
  [{ at: 'previewing', session, outcome: problemOf('recording', 'connection_lost') }, 'start-capture', 'Try again'],
  [{ at: 'counting', session, intent: '', seconds: 3 }, 'stop-capture', 'Not yet'],
  [{ at: 'capturing', session, intent: '', waiting: false }, 'stop-capture', 'Stop'],
  [{ at: 'closing', session, intent: '', waiting: false }, null, undefined],
  [{ at: 'ending_session', session }, null, undefined],
];

describe('one thing to do next', () => {
  it.each(PAGES)('%j', (page, primary, label) => {
    const actions = actionsOf(page, ENGLISH);
    expect(actions.primary).toBe(primary);
    expect(primary && actions.labels[actions.primary ?? 'start-session']).toBe(label ?? null);
  });
});

describe('what the page says', () => {
  it('stays the same while a number ticks', () => {
    expect(wordsOf({ at: 'counting', session, intent: '', seconds: 3 }, ENGLISH)).toEqual(
      wordsOf({ at: 'counting', session, intent: '', seconds: 1 }, ENGLISH),
    );
  });

  it.each([
    [problemOf('session_start', 'server_unreachable'), 'The session did not start', /nothing is lost/],
    [problemOf('session_end', 'server_unreachable'), 'The session did not end', /^Nothing is lost/],
    [problemOf('camera', 'camera_missing'), 'The camera cannot be used', /^Nothing is lost/],
    // which may have been refused before it began
    [
      problemOf('recording', 'limit_concurrent_captures_exceeded'),
      'The recording did not go through',
      /^This recording was not kept\. Earlier recordings are not affected/,
    ],
  ])('of a problem: what did not come about, and whether anything was lost', (outcome, headline, lost) => {
    const words = wordsOf({ at: 'ready', session, outcome }, ENGLISH);
    expect(words).toEqual({ headline, words: expect.stringMatching(lost) });
  });

  it('tells the end of the wait for the movement', () => {
    const words = (['awaited', 'shown', 'unseen', 'unlooked', 'unavailable'] as const).map(
      (movement) => wordsOf({ at: 'previewing', session, outcome: { ...delivered, movement } }, ENGLISH).words,
    );
    expect(new Set(words).size).toBe(words.length);
  });
});
