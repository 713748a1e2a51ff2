import { describe, expect, it } from '@jest/globals';
import { EVENTS, eventTime, openEvent, PlayedCapture, SITUATIONS } from '../../../test/support/captures.js';
import type { CaptureEvent } from './capture/event.js';
import { acceptsInput } from './capture/state.js';
import { transition } from './transition.js';

const PHASES = Object.entries(SITUATIONS).flatMap(([phase, situations]) =>
  Object.entries(situations).map(([situation, given]) => ({ phase, situation, given })),
);
const EVENT_LIST: readonly CaptureEvent[] = Object.values(EVENTS);

function deepFreeze<T>(value: T): T {
  if (typeof value === 'object' && value !== null && !Buffer.isBuffer(value) && !Object.isFrozen(value)) {
    Object.freeze(value);
    Object.values(value).forEach(deepFreeze);
  }
  return value;
}

describe('every phase and every event', () => {
  it.each(PHASES)('given $phase, $situation: it is that phase', ({ phase, given }) => {
    expect(given().state.phase).toBe(phase);
  });

  describe.each(PHASES)('given $phase, $situation', ({ given }) => {
    it.each(EVENT_LIST)('when $type comes, then it becomes a state and changes nothing else', (event) => {
      const { state, now, limits } = given();
      const step = transition(deepFreeze(state), deepFreeze(event), { now, limits, held_bytes: 0 });
      expect(Object.keys(SITUATIONS)).toContain(step.state.phase);
      expect(Array.isArray(step.effects)).toBe(true);
      expect(transition(state, event, { now, limits, held_bytes: 0 })).toEqual(step);
      const finishes = step.effects.filter(({ type }) => type === 'finish');
      expect(finishes.length).toBeLessThanOrEqual(1);
    });
  });

  it.each(EVENT_LIST)('given closed, when $type comes, then nothing happens', (event) => {
    const capture = new PlayedCapture().tell(EVENTS.disconnected).tell(event);
    expect(capture.state).toEqual({ phase: 'closed' });
    expect(capture.effects).toEqual([]);
  });
});

describe('given idle', () => {
  it.each(['capture.frame_meta', 'frame_bytes', 'capture.close'] as const)('when %s comes first', (type) => {
    const capture = new PlayedCapture().tell(EVENTS[type]);
    expect(capture.outcome).toEqual({
      kind: 'rejected',
      cause: 'protocol_violation',
      reason: 'capture.open must come first',
    });
    expect(capture.wanted).toEqual(['finish']);
    expect(capture.state.phase).toBe('closed');
  });

  it.each(['malformed_json', 'schema_violation'] as const)('when a message is %s', (cause) => {
    const capture = new PlayedCapture().tell({ type: 'malformed', cause, reason: 'why' });
    expect(capture.outcome).toEqual({ kind: 'rejected', cause, reason: 'why' });
    expect(capture.state.phase).toBe('closed');
  });

  it('when no open comes, then it ends after open_timeout_ms and not at it', () => {
    const capture = new PlayedCapture();
    expect(capture.tick(10_000).state.phase).toBe('idle');
    expect(capture.tick(1).verdict).toBe('open_timeout');
    expect(capture.state.phase).toBe('closed');
  });

  it.each([
    ['shutdown', 'server_shutdown'],
    ['internal_error', 'internal_error'],
  ] as const)('when %s comes, then it is rejected as %s', (type, cause) => {
    const capture = new PlayedCapture().tell(EVENTS[type]);
    expect(capture.verdict).toBe(cause);
    expect(capture.outcome?.kind).toBe('rejected');
    expect(capture.state.phase).toBe('closed');
  });

  it.each(['disconnected', 'oversized'] as const)('when %s, then there is nobody to tell', (type) => {
    const capture = new PlayedCapture().tell(EVENTS[type]);
    expect(capture.state.phase).toBe('closed');
    expect(capture.effects).toEqual([]);
  });

  it('reads the socket', () => {
    expect(acceptsInput(new PlayedCapture().state)).toBe(true);
  });
});

describe('given idle, when an open comes', () => {
  it('then the session is asked for', () => {
    const capture = new PlayedCapture().tell(openEvent({ user_id: 'u2', session_id: 's2' }));
    expect(capture.effects).toEqual([{ type: 'validate_session', user_id: 'u2', session_id: 's2', check: 'open' }]);
    expect(capture.state).toMatchObject({ phase: 'opening', asking: 'session' });
    expect(acceptsInput(capture.state)).toBe(false);
  });

  it.each([
    { fps_target: 1 },
    { fps_target: 15 },
    { width: 640, height: 480 },
    { width: 480, height: 640 },
    { width: 1, height: 1 },
  ])('then %j passes', (overrides) => {
    expect(new PlayedCapture().tell(openEvent(overrides)).state.phase).toBe('opening');
  });

  it.each([
    [{ fps_target: 16 }, 'limit_fps_exceeded', 'fps_target 16, limit 15'],
    [{ width: 641 }, 'limit_resolution_exceeded', '641 x 480, limit 640 x 480'],
    [{ height: 481 }, 'limit_resolution_exceeded', '640 x 481, limit 640 x 480'],
    [{ width: 481, height: 640 }, 'limit_resolution_exceeded', '481 x 640, limit 640 x 480'],
    [{ width: 480, height: 641 }, 'limit_resolution_exceeded', '480 x 641, limit 640 x 480'],
    // few enough pixels, but too far to one side or to both
    [{ width: 641, height: 1 }, 'limit_resolution_exceeded', '641 x 1, limit 640 x 480'],
    [{ width: 1, height: 641 }, 'limit_resolution_exceeded', '1 x 641, limit 640 x 480'],
    [{ width: 481, height: 481 }, 'limit_resolution_exceeded', '481 x 481, limit 640 x 480'],
  ])('then %j aborts as %s and nothing goes downstream', (overrides, error_code, reason) => {
    const event = openEvent(overrides);
    const capture = new PlayedCapture().tell(event);
    const { message } = event;
    expect(capture.outcome).toEqual({
      kind: 'aborted',
      error_code,
      reason,
      open: message,
      record_id: message.record_id,
    });
    expect(capture.wanted).toEqual(['finish']);
    expect(capture.state.phase).toBe('closed');
  });

  it('then max_pixels bounds what both sides would allow', () => {
    const limits = { max_pixels: 100 };
    expect(new PlayedCapture(limits).tell(openEvent({ width: 10, height: 10 })).verdict).toBeNull();
    expect(new PlayedCapture(limits).tell(openEvent({ width: 101, height: 1 })).verdict).toBe(
      'limit_resolution_exceeded',
    );
  });

  it.each([
    [{ capture_id_active: true }, 'protocol_violation'],
    [{ captures: 999 }, null],
    [{ captures: 1_000 }, 'limit_concurrent_captures_exceeded'],
    [{ captures_of_user: 3 }, null],
    [{ captures_of_user: 4 }, 'limit_concurrent_captures_exceeded'],
    [{ captures_of_session: 1 }, null],
    [{ captures_of_session: 2 }, 'limit_concurrent_captures_exceeded'],
    [{ opens_of_address: 3_000 }, null],
    [{ opens_of_address: 3_001 }, 'limit_concurrent_captures_exceeded'],
  ])('then beside %j the verdict is %s', (load, verdict) => {
    expect(new PlayedCapture().tell(openEvent({}, load)).verdict).toBe(verdict);
  });

  const grant = { user_id: 'u1', session_id: 's1', capture_id: 'c1' };

  it.each([
    ['nothing is granted', null, null],
    ['just this is granted', grant, null],
    ['any capture of the session is granted', { ...grant, capture_id: null }, null],
    ['another user is granted', { ...grant, user_id: 'u2' }, "user_id is not the ticket's"],
    ['another session is granted', { ...grant, session_id: 's2' }, "session_id is not the ticket's"],
    ['another capture is granted', { ...grant, capture_id: 'c2' }, "capture_id is not the ticket's"],
  ])('then, where %s, that decides first', (_what, granted, reason) => {
    const { outcome } = new PlayedCapture().tell(openEvent({}, {}, granted));
    if (reason === null) expect(outcome).toBeNull();
    else expect(outcome).toMatchObject({ kind: 'aborted', error_code: 'protocol_violation', reason });
    const beside = new PlayedCapture().tell(openEvent({ fps_target: 16 }, { capture_id_active: true }, granted));
    if (reason !== null) expect(beside.outcome).toMatchObject({ reason });
  });

  it('then a capture_id in use decides before a limit', () => {
    const event = openEvent({ fps_target: 16 }, { capture_id_active: true });
    expect(new PlayedCapture().tell(event).verdict).toBe('protocol_violation');
  });
});

describe('given opening', () => {
  it('when the session is active, then the extractor is told what it must know and no more', () => {
    const capture = new PlayedCapture().tell(openEvent({ modality: 'gesture', annotation_intent: 'drink' }));
    const { record_id } = capture.open;
    expect(capture.session('active').effects).toEqual([
      {
        type: 'open_stream',
        open: {
          schema_version: '1.0.1',
          record_id,
          capture_id: 'c1',
          user_id: 'u1',
          session_id: 's1',
          timestamp_start: eventTime(0),
          fps_target: 15,
          width: 640,
          height: 480,
          encoding: 'jpeg',
          annotation_intent: 'drink',
        },
      },
    ]);
    expect(acceptsInput(capture.state)).toBe(false);
  });

  it.each([
    ['closed', 'session_closed'],
    ['invalid', 'session_invalid'],
    ['unavailable', 'session_unavailable'],
  ] as const)('when the session is %s, then it aborts as %s without an end', (status, error_code) => {
    const capture = PlayedCapture.opening();
    const { open } = capture;
    expect(capture.session(status).outcome).toMatchObject({
      kind: 'aborted',
      error_code,
      open,
      record_id: open.record_id,
    });
    expect(capture.wanted).toEqual(['finish']);
    expect(capture.state.phase).toBe('closed');
  });

  it('when the session ends while it is being asked for, then it aborts without an end', () => {
    const capture = PlayedCapture.opening().tell(EVENTS['session.closed']);
    expect(capture.verdict).toBe('session_closed');
    expect(capture.wanted).toEqual(['finish']);
    expect(capture.session('active').state.phase).toBe('closed');
  });

  it('when the session ends while the extractor is being asked, then it aborts, and an extractor that accepts gets its end', () => {
    const capture = PlayedCapture.opening().session('active').tell(EVENTS['session.closed']);
    expect(capture.verdict).toBe('session_closed');
    expect(capture.wanted).toEqual(['finish']);
    expect(capture.tell(EVENTS['stream.opened']).end).toMatchObject({ error_code: 'session_closed', frame_count: 0 });
  });

  it('when session_manager is silent, then it aborts after session_timeout_ms and not at it', () => {
    const capture = PlayedCapture.opening();
    expect(capture.tick(2_000).state.phase).toBe('opening');
    expect(capture.tick(1).verdict).toBe('session_unavailable');
    expect(capture.wanted).toEqual(['finish']);
  });

  it('when the session is active, then the capture is claimed, before the extractor hears of it', () => {
    const capture = new PlayedCapture().tell(openEvent({ capture_id: 'c7', user_id: 'u7', session_id: 's7' }));
    expect(capture.tell(EVENTS['session.answered']).effects).toEqual([
      { type: 'claim_capture', claim: { capture_id: 'c7', user_id: 'u7', session_id: 's7' } },
    ]);
    expect(acceptsInput(capture.state)).toBe(false);
    expect(capture.tell(EVENTS['claim.answered']).wanted).toEqual(['open_stream']);
  });

  it.each([
    { error_code: 'protocol_violation', reason: 'capture_id is being captured already' },
    { error_code: 'limit_concurrent_captures_exceeded', reason: 'limit 4 for one user' },
  ] as const)('when the claim is refused as $error_code, then it aborts as such without an end', (answer) => {
    const capture = PlayedCapture.opening().tell(EVENTS['session.answered']);
    const { record_id } = capture.open;
    expect(capture.tell({ type: 'claim.answered', answer }).outcome).toMatchObject({
      kind: 'aborted',
      record_id,
      ...answer,
    });
    expect(capture.wanted).toEqual(['finish']);
    expect(capture.state.phase).toBe('closed');
  });

  it('when nobody can say what the claim is worth, then the capture goes on', () => {
    const capture = PlayedCapture.opening().tell(EVENTS['session.answered']);
    expect(capture.tell({ type: 'claim.answered', answer: 'unavailable' }).wanted).toEqual(['open_stream']);
  });

  it('when the claim is not answered, then the capture goes on after claim_timeout_ms and not at it', () => {
    const capture = PlayedCapture.opening().wait(1_500).tell(EVENTS['session.answered']);
    expect(capture.tick(250).wanted).toEqual([]);
    expect(capture.tick(1).wanted).toEqual(['open_stream']);
    expect(capture.tick(2_000).state).toMatchObject({ phase: 'opening', asking: 'stream' });
  });

  it('when a claim is refused that is no longer waited for, then it counts no more', () => {
    const answer = { error_code: 'protocol_violation', reason: 'too late' } as const;
    const capture = PlayedCapture.opening().tell(EVENTS['session.answered']).tick(251);
    expect(capture.tell({ type: 'claim.answered', answer }).effects).toEqual([]);
    expect(capture.state).toMatchObject({ phase: 'opening', asking: 'stream' });
  });

  it('when the client leaves while the claim is asked for, then there is nobody to tell', () => {
    const capture = PlayedCapture.opening().tell(EVENTS['session.answered']).tell(EVENTS.disconnected);
    expect(capture.effects).toEqual([]);
    expect(capture.state.phase).toBe('closed');
  });

  it('when the extractor is silent, then it aborts after stream_open_timeout_ms since it was asked and not at it', () => {
    const capture = PlayedCapture.opening().wait(1_500).session('active');
    expect(capture.tick(2_000).state.phase).toBe('opening');
    expect(capture.tick(1).verdict).toBe('forward_failed');
    expect(capture.wanted).toEqual(['finish']);
    expect(capture.state.phase).toBe('closed');
  });

  it('when the extractor refuses, then it aborts without an end', () => {
    const capture = PlayedCapture.opening().session('active').tell(EVENTS['stream.refused']);
    expect(capture.verdict).toBe('forward_failed');
    expect(capture.wanted).toEqual(['finish']);
    expect(capture.state.phase).toBe('closed');
  });

  it.each([
    ['duplicate_capture', 'protocol_violation', 'capture_id was used before'],
    ['share_exceeded', 'limit_concurrent_captures_exceeded', 'the extractor has too many of this user or session'],
  ] as const)('when the extractor refuses with %s, then it aborts with %s', (refusal, error_code, reason) => {
    const capture = PlayedCapture.opening().session('active').tell({ type: 'stream.refused', refusal });
    expect(capture.verdict).toBe(error_code);
    expect(capture.effects).toMatchObject([{ type: 'finish', outcome: { kind: 'aborted', error_code, reason } }]);
    expect(capture.state.phase).toBe('closed');
  });

  it('when the extractor accepts, then frames may flow', () => {
    const capture = PlayedCapture.active();
    expect(capture.state.phase).toBe('active');
    expect(capture.effects).toMatchObject([
      { type: 'notify', notice: { kind: 'opened', limits: { max_frames: 225 }, deadline_ms: 25_000 } },
    ]);
    expect(acceptsInput(capture.state)).toBe(true);
  });

  it('when a second answer of the session comes, then it counts no more', () => {
    const capture = PlayedCapture.opening().session('active').session('closed');
    expect(capture.state).toMatchObject({ phase: 'opening', asking: 'stream' });
    expect(capture.effects).toEqual([]);
  });

  it.each(['capture.open', 'capture.frame_meta', 'frame_bytes', 'capture.close'] as const)(
    'when %s is decided although none is accepted, then it is a fault of ours',
    (type) => {
      const capture = PlayedCapture.opening().tell(EVENTS[type]);
      expect(capture.verdict).toBe('internal_error');
      expect(capture.state.phase).toBe('closed');
    },
  );
});
