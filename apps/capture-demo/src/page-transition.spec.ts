import { describe, expect, it } from '@jest/globals';
import type { CompletedCapture } from '@a3cp/capture-client';
import type { PageEffect, PageEvent } from './page-event.js';
import { deliveredIn, FIRST_PAGE, type Page, recordingsIn, type Session, statusOf } from './page-state.js';
import { COUNTDOWN_SECONDS, transition } from './page-transition.js';
import { wordsOf } from './page-words.js';
import { type Problem, type ProblemCode, problemOf } from './problem.js';
import type { Series } from './series.js';
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
  { type: 'start_session', user_id: 'u1', known: null },
  { type: 'session.started', session },
];
const PREVIEW: PageEvent[] = [...START, { type: 'start_preview' }, { type: 'camera.opened' }];
const COUNT: PageEvent[] = [...PREVIEW, { type: 'start_capture', intent: 'drink', series: null }];
const seconds: PageEvent[] = Array.from({ length: COUNTDOWN_SECONDS }, () => ({ type: 'second.passed' }));
const CAPTURE: PageEvent[] = [...COUNT, ...seconds];
const CLOSE: PageEvent[] = [...CAPTURE, { type: 'capture.closing' }];
const picture = { aspect: 0.75, mirrored: true };
const DONE: PageEvent[] = [...CLOSE, { type: 'capture.completed', result, picture, elapsed_ms: 3_000, left: 'camera' }];

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
    expect(after([...CAPTURE, hidden])).toEqual({ at: 'previewing', session, recordings: [], outcome: problem });
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
    expect(effectsOf(PREVIEW, { type: 'start_capture', intent: 'drink', series: null })).toEqual([
      { type: 'start_counting' },
    ]);
    expect(after(COUNT)).toMatchObject({ at: 'counting', seconds: COUNTDOWN_SECONDS });
    expect(effectsOf(COUNT, { type: 'second.passed' })).toEqual([]);
  });

  it('given the last second, when it has passed, starts the capture with its word', () => {
    const start: PageEffect = { type: 'start_capture', session, intent: 'drink', length_s: null };
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
    expect(effectsOf(CLOSE, { type: 'capture.completed', result, picture, elapsed_ms: 3_000, left: 'camera' })).toEqual(
      [{ type: 'find_movement', capture_id: 'c1', aspect: 0.75 }],
    );
    expect(after(DONE).at).toBe('previewing');
    expect(deliveredIn(after(DONE))).toMatchObject({ frames: 225, intent: 'drink', nth: 1, movement: 'awaited' });
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
    expect(deliveredIn(after([...DONE, { ...late, capture_id: 'c1' }]))).toMatchObject({ movement: 'shown' });
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
    [
      'when it was gone before the capture arrived',
      CLOSE,
      { type: 'capture.completed', result, picture, elapsed_ms: 3_000, left: 'session' },
    ],
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
    expect(page).toMatchObject({ at, outcome: 'problem' in event && { code: event.problem.code } });
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
    expect(statusOf(transition(problem, { type: 'start_capture', intent: '', series: null }).page)).toBe('previewing');
  });
});

/** A whole recording of that id, from its countdown on. */
function recording(capture_id: string, countdown: PageEvent[] = seconds): PageEvent[] {
  return [
    ...countdown,
    { type: 'capture.closing' },
    { type: 'capture.completed', result: { ...result, capture_id }, picture, elapsed_ms: 3_000, left: 'camera' },
  ];
}

describe('several recordings of a word', () => {
  const again: PageEvent = { type: 'start_capture', intent: 'drink', series: null };
  const TWO: PageEvent[] = [...DONE, again, ...recording('c2')];

  it('are counted, and other words by themselves', () => {
    const events: PageEvent[] = [...TWO, { type: 'start_capture', intent: 'eat', series: null }, ...recording('c3')];
    expect(recordingsIn(after(events)).map(({ intent, nth }) => [intent, nth])).toEqual([
      ['drink', 1],
      ['drink', 2],
      ['eat', 1],
    ]);
  });

  it('can be looked at, also while the camera is off', () => {
    const look: PageEvent = { type: 'look_at', capture_id: 'c1' };
    expect(deliveredIn(after(TWO))?.capture_id).toBe('c2');
    expect(deliveredIn(after([...TWO, look]))?.capture_id).toBe('c1');
    expect(deliveredIn(after([...TWO, { type: 'stop_preview' }, look]))?.capture_id).toBe('c1');
    expect(after([...TWO, again, look])).toEqual(after([...TWO, again]));
  });

  it('can be discarded, and are gone once the extractor has forgotten them', () => {
    const discard: PageEvent = { type: 'discard', capture_id: 'c2' };
    expect(effectsOf(TWO, discard)).toEqual([discard]);
    expect(recordingsIn(after([...TWO, discard]))).toHaveLength(2);
    const discarded: PageEvent = { type: 'capture.discarded', capture_id: 'c2' };
    expect(recordingsIn(after([...TWO, discard, discarded])).map(({ capture_id }) => capture_id)).toEqual(['c1']);
    expect(statusOf(after([...TWO, discard, discarded]))).toBe('previewing');
    expect(recordingsIn(after([...TWO, discard, again, discarded]))).toHaveLength(1);
  });

  it('stay while the extractor does not answer, which is said', () => {
    const problem = problemOf('discard', 'server_unreachable');
    const page = after([...TWO, { type: 'discard', capture_id: 'c2' }, { type: 'capture.not_discarded', problem }]);
    expect(page).toMatchObject({ at: 'previewing', outcome: problem });
    expect(recordingsIn(page)).toHaveLength(2);
  });

  it('survive a problem, and end with the session', () => {
    const lost: PageEvent = {
      type: 'capture.lost',
      problem: problemOf('recording', 'connection_lost'),
      left: 'camera',
    };
    expect(recordingsIn(after([...TWO, again, ...seconds, lost]))).toHaveLength(2);
    const ended = after([...TWO, { type: 'end_session' }, { type: 'session.ended' }, ...START]);
    expect(recordingsIn(ended)).toEqual([]);
  });
});

describe('a series', () => {
  const series: Series = { times: 3, length_s: 4, pause_s: 2 };
  const BEGUN: PageEvent[] = [...PREVIEW, { type: 'start_capture', intent: 'drink', series }];
  const pause = seconds.slice(0, series.pause_s);
  const FIRST: PageEvent[] = [...BEGUN, ...recording('c1')];

  it('given it is begun, counts down and records as long as it is to be', () => {
    expect(after(BEGUN)).toMatchObject({ at: 'counting', seconds: COUNTDOWN_SECONDS, series: { nth: 1 } });
    const last_second: PageEvent[] = [...BEGUN, ...seconds.slice(1)];
    expect(effectsOf(last_second, { type: 'second.passed' })).toContainEqual({
      type: 'start_capture',
      session,
      intent: 'drink',
      length_s: 4,
    });
  });

  it('given a recording that arrived, pauses, records again, and ends with the last one', () => {
    expect(after(FIRST)).toMatchObject({ at: 'counting', seconds: 2, series: { nth: 2 } });
    expect(effectsOf(FIRST.slice(0, -1), FIRST.at(-1) ?? { type: 'stop_capture' })).toContainEqual({
      type: 'start_counting',
    });
    const all: PageEvent[] = [...FIRST, ...recording('c2', pause), ...recording('c3', pause)];
    expect(after(all)).toMatchObject({ at: 'previewing', outcome: { capture_id: 'c3' } });
    expect(recordingsIn(after(all)).map(({ nth }) => nth)).toEqual([1, 2, 3]);
  });

  it('given a pause, when it is stopped, records no more and shows the last one', () => {
    expect(effectsOf(FIRST, { type: 'stop_capture' })).toEqual([{ type: 'stop_counting' }]);
    expect(after([...FIRST, { type: 'stop_capture' }])).toMatchObject({
      at: 'previewing',
      outcome: { capture_id: 'c1' },
    });
  });

  it.each<[string, PageEvent[]]>([
    ['a recording', seconds],
    ['a recording that was sent', [...seconds, { type: 'capture.closing' }]],
  ])('given %s, when it is stopped, keeps it and records no more', (_given, events) => {
    const done: PageEvent = { type: 'capture.completed', result, picture, elapsed_ms: 500, left: 'camera' };
    const page = after([...BEGUN, ...events, { type: 'stop_capture' }, done]);
    expect(page).toMatchObject({ at: 'previewing', outcome: { capture_id: 'c1' } });
  });

  it.each<[string, PageEvent, Page['at']]>([
    [
      'a recording is lost',
      { type: 'capture.lost', problem: problemOf('recording', 'connection_lost'), left: 'camera' },
      'previewing',
    ],
    ['the camera is gone', { type: 'capture.completed', result, picture, elapsed_ms: 3_000, left: 'session' }, 'ready'],
  ])('given a recording, when %s, ends', (_when, event, at) => {
    expect(after([...BEGUN, ...seconds, event]).at).toBe(at);
  });
});

describe('a name that resembles a known one', () => {
  const ask: PageEvent = { type: 'start_session', user_id: 'Mia', known: 'mia' };

  it('is asked about before anything is started', () => {
    expect(transition(FIRST_PAGE, ask)).toEqual({
      page: { at: 'asking_name', user_id: 'Mia', known: 'mia' },
      effects: [],
    });
    expect(statusOf(after([ask]))).toBe('idle');
  });

  it('starts a session of the known one, or of another person', () => {
    expect(effectsOf([ask], ask)).toEqual([{ type: 'start_session', user_id: 'mia' }]);
    expect(effectsOf([ask], { type: 'start_other_session' })).toEqual([{ type: 'start_session', user_id: 'Mia' }]);
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
