import { describe, expect, it } from '@jest/globals';
import { actionsOf } from './page-actions.js';
import type { Page, Session } from './page-state.js';
import { wordsOf } from './page-words.js';
import { problemOf } from './problem.js';
import type { Recording } from './recording.js';
import { ENGLISH } from './words/english.js';

const session: Session = { user_id: 'u1', session_id: 's1' };
const recording: Recording = {
  kind: 'completed',
  capture_id: 'c1',
  frames: 225,
  bytes: 8_000_000,
  last_timestamp_frame: new Date(0),
  largest_hole_ms: 67,
  skipped: 0,
  receipt: true,
  intent: 'drink',
  nth: 1,
  elapsed_ms: 15_000,
  picture: { aspect: 0.75, mirrored: true },
  movement: 'awaited',
};
const kept = { session, recordings: [recording] };
const delivered = { kind: 'completed', capture_id: 'c1' } as const;
const take = { intent: 'drink', series: null };

const PAGES: [Page, primary: string | null, label: string | undefined][] = [
  [{ at: 'signed_out', outcome: null }, 'start-session', 'Start session'],
  [{ at: 'signed_out', outcome: problemOf('session_start', 'server_unreachable') }, 'start-session', 'Try again'],
  [{ at: 'signed_out', outcome: problemOf('recording', 'session_closed') }, 'start-session', 'Start a new session'],
  [{ at: 'asking_name', user_id: 'Mia', known: 'mia' }, 'start-session', 'Yes, it is “mia”'],
  [{ at: 'starting_session' }, 'start-session', 'Starting …'],
  [{ at: 'ready', ...kept, outcome: null }, 'start-preview', 'Turn the camera on'],
  [{ at: 'ready', ...kept, outcome: problemOf('camera', 'camera_refused') }, 'start-preview', 'Try the camera again'],
  [
    { at: 'ready', ...kept, outcome: problemOf('session_end', 'server_unreachable') },
    'end-session',
    'Try to end it again',
  ],
  [{ at: 'ready', ...kept, outcome: problemOf('recording', 'forward_failed') }, 'start-preview', 'Turn the camera on'],
  [{ at: 'ready', ...kept, outcome: delivered }, 'start-preview', 'Turn the camera on'],
  [{ at: 'opening_camera', ...kept }, 'start-preview', 'Turning the camera on …'],
  [{ at: 'previewing', ...kept, outcome: null }, 'start-capture', 'Record'],
  [{ at: 'previewing', ...kept, outcome: delivered }, 'start-capture', 'Record again'],
  [{ at: 'previewing', ...kept, outcome: problemOf('recording', 'connection_lost') }, 'start-capture', 'Try again'],
  [{ at: 'previewing', ...kept, outcome: problemOf('discard', 'server_unreachable') }, 'start-capture', 'Record'],
  [{ at: 'counting', ...kept, ...take, seconds: 3 }, 'stop-capture', 'Not yet'],
  [{ at: 'capturing', ...kept, ...take, waiting: false }, 'stop-capture', 'Stop'],
  [{ at: 'closing', ...kept, ...take, waiting: false }, null, undefined],
  [{ at: 'ending_session', ...kept }, null, undefined],
];

describe('one thing to do next', () => {
  it.each(PAGES)('%j', (page, primary, label) => {
    const actions = actionsOf(page, 1, ENGLISH);
    expect(actions.primary).toBe(primary);
    expect(primary && actions.labels[actions.primary ?? 'start-session']).toBe(label ?? null);
  });
});

it('the large button says how many recordings a series has', () => {
  const page: Page = { at: 'previewing', ...kept, outcome: delivered };
  expect(actionsOf(page, 5, ENGLISH).labels['start-capture']).toBe('Record 5 times');
});

describe('what the page says', () => {
  it('stays the same while a number ticks', () => {
    expect(wordsOf({ at: 'counting', ...kept, ...take, seconds: 3 }, ENGLISH)).toEqual(
      wordsOf({ at: 'counting', ...kept, ...take, seconds: 1 }, ENGLISH),
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
    const words = wordsOf({ at: 'ready', ...kept, outcome }, ENGLISH);
    expect(words).toEqual({ headline, words: expect.stringMatching(lost) });
  });

  it('tells the end of the wait for the movement', () => {
    const words = (['awaited', 'shown', 'no_hand', 'no_person', 'unlooked', 'unavailable'] as const).map(
      (movement) => wordsOf(showing({ movement }), ENGLISH).words,
    );
    expect(new Set(words).size).toBe(words.length);
  });

  it('of a recording with faults, that it is better made again, and why', () => {
    const { headline, words } = wordsOf(showing({ largest_hole_ms: 1_500, movement: 'no_hand' }), ENGLISH);
    expect(headline).toBe('Better record it again');
    expect(words).toMatch(/no picture.*No hand was seen/);
  });

  it('while it records, what and for whom', () => {
    const page = { at: 'capturing', ...kept, ...take, waiting: false } as const;
    expect(wordsOf(page, ENGLISH).headline).toBe('Recording “drink” for u1');
    expect(wordsOf({ ...page, intent: '' }, ENGLISH).headline).toBe('Recording for u1');
  });

  it('in a series, how far it is', () => {
    const series = { times: 5, length_s: 4, pause_s: 3, nth: 2 };
    const page = { at: 'capturing', ...kept, ...take, series, waiting: false } as const;
    expect(wordsOf(page, ENGLISH).words).toMatch(/^Recording 2 of 5/);
    expect(wordsOf({ ...page, waiting: true }, ENGLISH).words).toMatch(/^Waiting for the network/);
  });

  /** The page with a recording that differs so. */
  function showing(differences: Partial<Recording>): Page {
    const recordings = [{ ...recording, ...differences }];
    return { at: 'previewing', session, recordings, outcome: delivered };
  }
});
