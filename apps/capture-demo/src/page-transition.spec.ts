import { describe, expect, it } from '@jest/globals';
import type { CompletedCapture } from '@a3cp/capture-client';
import type { PageEffect, PageEvent } from './page-event.js';
import { FIRST_PAGE, type Page, type Session, statusOf } from './page-state.js';
import { COUNTDOWN_SECONDS, transition } from './page-transition.js';
import { wordsOf } from './page-words.js';
import { type Problem, type ProblemCode, problemOf } from './problem.js';
import { ENGLISH } from './words/english.js';

const session: Session = { user_id: 'u1', session_id: 's1' };
const result: CompletedCapture = {
  kind: 'completed',
  capture_id: 'c1',
  frames: 225,
  bytes: 8_000_000,
  last_timestamp_frame: new Date(0),
  largest_hole_ms: 67,
  skipped: 0,
  receipt: true,
};
const camera_lost = problemOf('camera', 'camera_lost');

const START: PageEvent[] = [
  { type: 'start_session', user_id: 'u1' },
  { type: 'session.started', session },
];
const PREVIEW: PageEvent[] = [...START, { type: 'start_preview' }, { type: 'camera.opened' }];
const COUNT: PageEvent[] = [...PREVIEW, { type: 'start_capture', intent: 'drink' }];
const seconds: PageEvent[] = Array.from({ length: COUNTDOWN_SECONDS }, () => ({ type: 'second.passed' }));
const CAPTURE: PageEvent[] = [...COUNT, ...seconds];
const CLOSE: PageEvent[] = [...CAPTURE, { type: 'capture.closing' }];
const DONE: PageEvent[] = [...CLOSE, { type: 'capture.completed', result, left: 'camera' }];

/** The problem that the server's own abort is. */
function aborted(code: ProblemCode): Problem {
  return { ...problemOf('recording', code), kind: 'aborted' };
}

/** The page after these events. */
function after(events: readonly PageEvent[]): Page {
  return events.reduce((page, event) => transition(page, event).page, FIRST_PAGE);
}

/** What is to be done on the last of these events. */
function effectsOf(events: readonly PageEvent[], last: PageEvent): readonly PageEffect[] {
  return transition(after(events), last).effects;
}

describe('a page that is hidden', () => {
  const problem = problemOf('recording', 'page_hidden');
  const hidden: PageEvent = { type: 'page.hidden', problem };

  it('ends the recording at once, says so, and keeps the camera on', () => {
    expect(effectsOf(CAPTURE, hidden)).toEqual([{ type: 'give_up_capture' }]);
    expect(after([...CAPTURE, hidden])).toEqual({ at: 'previewing', session, outcome: problem });
  });

  it('takes a countdown back', () => {
    expect(effectsOf(COUNT, hidden)).toEqual([{ type: 'stop_counting' }]);
    expect(after([...COUNT, hidden])).toMatchObject({ at: 'previewing', outcome: null });
  });

  it.each([
    ['before the recording', PREVIEW],
    ['after its last picture', CLOSE],
  ])('changes nothing %s', (_, events) => {
    expect(after([...events, hidden])).toEqual(after(events));
  });
});

describe('another camera', () => {
  it('replaces the one that is on', () => {
    expect(effectsOf(PREVIEW, { type: 'change_camera' })).toEqual([{ type: 'close_camera' }, { type: 'open_camera' }]);
    expect(after([...PREVIEW, { type: 'change_camera' }, { type: 'camera.opened' }])).toEqual(after(PREVIEW));
  });

  it('is not taken during a recording', () => {
    expect(effectsOf(CAPTURE, { type: 'change_camera' })).toEqual([]);
  });
});

describe('a capture from start to end', () => {
  it.each<[string, PageEvent[], string]>([
    ['a page that was opened', [], 'idle'],
    ['a session that was started', START, 'idle'],
    ['a camera that is on', PREVIEW, 'previewing'],
    ['a countdown', COUNT, 'previewing'],
    ['a capture', CAPTURE, 'capturing'],
    ['a capture that was sent', CLOSE, 'closing'],
    ['a capture that arrived', DONE, 'done'],
  ])('given %s, says so in one word', (_given, events, status) => {
    expect(statusOf(after(events))).toBe(status);
  });

  it('given a capture whose network stands still, says that it waits until something moves', () => {
    const waits: PageEvent = { type: 'network.changed', waiting: true };
    expect(wordsOf(after([...CAPTURE, waits]), ENGLISH).words).toMatch(/^Waiting for the network/);
    expect(wordsOf(after([...CAPTURE, waits, { type: 'capture.closing' }]), ENGLISH).words).toMatch(
      /^Waiting for the network/,
    );
    expect(after([...CAPTURE, waits, { type: 'network.changed', waiting: false }])).toEqual(after(CAPTURE));
    expect(after([...DONE, waits])).toEqual(after(DONE));
  });

  it('given the camera is on, when the large button is pressed, counts down before anything is sent', () => {
    expect(effectsOf(PREVIEW, { type: 'start_capture', intent: 'drink' })).toEqual([{ type: 'start_counting' }]);
    expect(after(COUNT)).toMatchObject({ at: 'counting', seconds: COUNTDOWN_SECONDS });
    expect(effectsOf(COUNT, { type: 'second.passed' })).toEqual([]);
  });

  it('given the last second, when it has passed, starts the capture with its word', () => {
    const start: PageEffect = { type: 'start_capture', session, intent: 'drink' };
    expect(effectsOf([...COUNT, ...seconds.slice(1)], { type: 'second.passed' })).toEqual([
      { type: 'stop_counting' },
      start,
    ]);
  });

  it('given a countdown, when it is taken back, previews and starts nothing', () => {
    expect(effectsOf(COUNT, { type: 'stop_capture' })).toEqual([{ type: 'stop_counting' }]);
    expect(statusOf(after([...COUNT, { type: 'stop_capture' }]))).toBe('previewing');
  });

  it('given a capture, when Stop is pressed, ends it well and waits', () => {
    expect(effectsOf(CAPTURE, { type: 'stop_capture' })).toEqual([{ type: 'stop_capture' }]);
    expect(after([...CAPTURE, { type: 'stop_capture' }])).toEqual(after(CAPTURE));
  });

  it('given a capture that was sent, when it arrived, keeps the camera on and asks for its movement', () => {
    expect(effectsOf(CLOSE, { type: 'capture.completed', result, left: 'camera' })).toEqual([
      { type: 'find_movement', capture_id: 'c1' },
    ]);
    expect(after(DONE)).toMatchObject({ at: 'previewing', outcome: { frames: 225, intent: 'drink' } });
  });

  it('given a capture that arrived, when the camera is turned off, still shows it', () => {
    const off = after([...DONE, { type: 'stop_preview' }]);
    expect(off.at).toBe('ready');
    expect(statusOf(off)).toBe('done');
    expect(statusOf(transition(off, { type: 'start_preview' }).page)).toBe('idle');
  });

  it('given the movement of an earlier capture, when it comes late, passes over it', () => {
    const late: PageEvent = { type: 'movement.settled', capture_id: 'earlier', movement: 'shown' };
    expect(after([...DONE, late])).toEqual(after(DONE));
    expect(after([...DONE, { ...late, capture_id: 'c1' }])).toMatchObject({ outcome: { movement: 'shown' } });
  });
});

describe('the camera goes off', () => {
  it.each<[string, PageEvent[], PageEvent]>([
    ['when it is turned off', PREVIEW, { type: 'stop_preview' }],
    ['with the session', PREVIEW, { type: 'end_session' }],
    [
      'with a session that another ended',
      CLOSE,
      { type: 'capture.lost', problem: aborted('session_closed'), left: 'nothing' },
    ],
    ['when it is taken away from a preview', PREVIEW, { type: 'camera.gone', problem: camera_lost }],
    ['when it is taken away from a countdown', COUNT, { type: 'camera.gone', problem: camera_lost }],
    ['when it is taken away from a capture', CAPTURE, { type: 'camera.gone', problem: camera_lost }],
    ['when it was gone before the capture arrived', CLOSE, { type: 'capture.completed', result, left: 'session' }],
  ])('%s', (_when, events, event) => {
    expect(effectsOf(events, event)).toContainEqual({ type: 'close_camera' });
  });

  it('given a countdown or a capture, when the camera is taken away, ends it at once', () => {
    expect(effectsOf(COUNT, { type: 'camera.gone', problem: camera_lost })[0]).toEqual({ type: 'stop_counting' });
    expect(effectsOf(CAPTURE, { type: 'camera.gone', problem: camera_lost })[0]).toEqual({ type: 'give_up_capture' });
  });

  it('given every picture was sent, when the camera is taken away, still waits for the verdict', () => {
    const gone: PageEvent = { type: 'camera.gone', problem: camera_lost };
    expect(transition(after(CLOSE), gone)).toEqual({ page: after(CLOSE), effects: [] });
  });
});

describe('whatever goes wrong leaves a way on', () => {
  it.each<[string, PageEvent[], PageEvent, Page['at'], string]>([
    [
      'a session that does not start',
      START.slice(0, 1),
      { type: 'session.not_started', problem: problemOf('session_start', 'server_unreachable') },
      'signed_out',
      'error',
    ],
    [
      'a session that does not end',
      [...START, { type: 'end_session' }],
      { type: 'session.not_ended', problem: problemOf('session_end', 'server_unreachable') },
      'ready',
      'error',
    ],
    [
      'a camera that is refused',
      [...START, { type: 'start_preview' }],
      { type: 'camera.gone', problem: problemOf('camera', 'camera_refused') },
      'ready',
      'error',
    ],
    ['a camera that is taken away', CAPTURE, { type: 'camera.gone', problem: camera_lost }, 'ready', 'error'],
    [
      'a network that is lost',
      CAPTURE,
      { type: 'capture.lost', problem: problemOf('recording', 'connection_lost'), left: 'camera' },
      'previewing',
      'error',
    ],
    [
      'a server that aborts',
      CLOSE,
      { type: 'capture.lost', problem: aborted('forward_failed'), left: 'camera' },
      'previewing',
      'aborted',
    ],
    [
      'a session that was ended meanwhile',
      CAPTURE,
      { type: 'capture.lost', problem: aborted('session_closed'), left: 'nothing' },
      'signed_out',
      'aborted',
    ],
  ])('%s', (_what, events, event, at, status) => {
    const page = after([...events, event]);
    expect(page).toMatchObject({ at, outcome: { code: 'problem' in event && event.problem.code } });
    expect(statusOf(page)).toBe(status);
  });

  it('given a capture, when the camera is taken away, says that the recording is lost', () => {
    const gone = after([...CAPTURE, { type: 'camera.gone', problem: camera_lost }]);
    expect(gone).toMatchObject({ outcome: { of: 'recording', code: 'camera_lost' } });
  });

  it('given a problem, when the next thing is started, says no more of it', () => {
    const problem = after([
      ...CAPTURE,
      { type: 'capture.lost', problem: problemOf('recording', 'connection_lost'), left: 'camera' },
    ]);
    expect(statusOf(transition(problem, { type: 'start_capture', intent: '' }).page)).toBe('previewing');
  });
});

it('an event that finds the page elsewhere changes nothing', () => {
  const events: PageEvent[] = [...DONE, { type: 'stop_preview' }, { type: 'end_session' }];
  const late = [...DONE, { type: 'camera.gone', problem: camera_lost }, { type: 'stop_capture' }] as PageEvent[];
  for (const event of late.filter(({ type }) => type !== 'start_session')) {
    expect(transition(FIRST_PAGE, event)).toEqual({ page: FIRST_PAGE, effects: [] });
  }
  const ending = after(events);
  for (const event of late) expect(transition(ending, event)).toEqual({ page: ending, effects: [] });
});
