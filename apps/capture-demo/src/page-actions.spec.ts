import { describe, expect, it } from '@jest/globals';
import { actionsOf } from './page-actions.js';
import type { Page, Session } from './page-state.js';
import { wordsOf } from './page-words.js';
import { problemOf } from './problem.js';

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
  [{ at: 'signed_out', outcome: problemOf('server_unreachable') }, 'start-session', 'Try again'],
  [{ at: 'signed_out', outcome: problemOf('session_closed', 'aborted') }, 'start-session', 'Start a new session'],
  [{ at: 'starting_session' }, 'start-session', 'Starting …'],
  [{ at: 'ready', session, outcome: null }, 'start-preview', 'Turn the camera on'],
  [{ at: 'ready', session, outcome: problemOf('camera_refused') }, 'start-preview', 'Try the camera again'],
  [{ at: 'ready', session, outcome: problemOf('server_unreachable') }, 'end-session', 'Try to end it again'],
  [{ at: 'ready', session, outcome: delivered }, 'start-preview', 'Turn the camera on'],
  [{ at: 'opening_camera', session }, 'start-preview', 'Turning the camera on …'],
  [{ at: 'previewing', session, outcome: null }, 'start-capture', 'Record'],
  [{ at: 'previewing', session, outcome: delivered }, 'start-capture', 'Record again'],
  [{ at: 'previewing', session, outcome: problemOf('connection_lost') }, 'start-capture', 'Try again'],
  [{ at: 'counting', session, intent: '', seconds: 3 }, 'stop-capture', 'Not yet'],
  [{ at: 'capturing', session, intent: '', waiting: false }, 'stop-capture', 'Stop'],
  [{ at: 'closing', session, intent: '', waiting: false }, null, undefined],
  [{ at: 'ending_session', session }, null, undefined],
];

describe('one thing to do next', () => {
  it.each(PAGES)('%j', (page, primary, label) => {
    const actions = actionsOf(page);
    expect(actions.primary).toBe(primary);
    expect(primary && actions.labels[actions.primary ?? 'start-session']).toBe(label ?? null);
  });
});

describe('what the page says', () => {
  it('stays the same while a number ticks', () => {
    expect(wordsOf({ at: 'counting', session, intent: '', seconds: 3 })).toEqual(
      wordsOf({ at: 'counting', session, intent: '', seconds: 1 }),
    );
  });

  it('is the headline alone where the problem explains itself', () => {
    expect(wordsOf({ at: 'ready', session, outcome: problemOf('camera_missing') })).toEqual({
      headline: 'The camera cannot be used',
      words: '',
    });
  });

  it('does not say of a recording that was refused that it had begun', () => {
    const outcome = problemOf('limit_concurrent_captures_exceeded', 'aborted');
    expect(wordsOf({ at: 'previewing', session, outcome }).headline).toBe('The recording did not go through');
  });

  it('tells the end of the wait for the movement', () => {
    const words = (['awaited', 'shown', 'unseen', 'unlooked', 'unavailable'] as const).map(
      (movement) => wordsOf({ at: 'previewing', session, outcome: { ...delivered, movement } }).words,
    );
    expect(new Set(words).size).toBe(words.length);
  });
});
