import { describe, expect, it } from '@jest/globals';
import { EVENTS, openEvent, PlayedCapture } from '../../../../test/support/captures.js';
import type { CaptureEvent } from '../capture/event.js';
import type { CaptureLimits } from '../capture/limits.js';
import { acceptsInput } from '../capture/state.js';

/** The client is in no hurry, so that other timers can be seen. */
const PATIENT: Partial<CaptureLimits> = { silence_timeout_ms: 60_000, max_duration_ms: 60_000 };

/** The session is checked only because the client is late. */
const ASKS_LATE: Partial<CaptureLimits> = { session_check_interval_ms: 60_000 };

/** Bytes of a message arrived since the last tick. */
const HEARD: CaptureEvent = { type: 'tick', heard: true };

/** A client that is late at `ms` milliseconds and not before. */
const LATE = [
  {
    timer: 'silence_timeout_ms since the acceptance',
    given: () => PlayedCapture.opening(ASKS_LATE).wait(1_900).session('active').wait(400).tell(EVENTS['stream.opened']),
    ms: 8_000,
    error_code: 'protocol_violation',
    reason: 'nothing received for 8000 ms',
  },
  {
    timer: 'silence_timeout_ms since a capture.frame_meta',
    given: () => PlayedCapture.active(ASKS_LATE).wait(3_000).meta(),
    ms: 8_000,
    error_code: 'protocol_violation',
    reason: 'nothing received for 8000 ms',
  },
  {
    timer: 'silence_timeout_ms since the bytes of a frame',
    given: () => PlayedCapture.active(ASKS_LATE).meta().wait(3_000).bytes().settle(),
    ms: 8_000,
    error_code: 'protocol_violation',
    reason: 'nothing received for 8000 ms',
  },
  {
    timer: 'silence_timeout_ms since a part of a frame',
    given: () => PlayedCapture.active(ASKS_LATE).meta().wait(7_000).tell(HEARD),
    ms: 8_000,
    error_code: 'protocol_violation',
    reason: 'nothing received for 8000 ms',
  },
  {
    timer: 'silence_timeout_ms since a waiting frame found room',
    given: () => PlayedCapture.active(ASKS_LATE).frame().frame().frame().meta().wait(1_900).settle().settle().settle(),
    ms: 8_000,
    error_code: 'protocol_violation',
    reason: 'nothing received for 8000 ms',
  },
  {
    timer: 'the duration on the server clock since the acceptance',
    given: () =>
      new PlayedCapture({ ...ASKS_LATE, silence_timeout_ms: 60_000 })
        .tell(openEvent())
        .wait(1_900)
        .session('active')
        .tell(EVENTS['stream.opened']),
    ms: 25_000,
    error_code: 'limit_duration_exceeded',
    reason: 'not closed within 25000 ms',
  },
];

describe.each(LATE)('given active, $timer', ({ given, ms, error_code, reason }) => {
  it('at it the client is not late', () => {
    const capture = given().tick(ms);
    expect(acceptsInput(capture.state)).toBe(true);
    expect(capture.session('active').state.phase).toBe('active');
  });

  it('after it the session is asked for once more, and nothing is read meanwhile', () => {
    const capture = given().tick(ms + 1);
    expect(capture.effects).toEqual([{ type: 'validate_session', user_id: 'u1', session_id: 's1', check: 'recheck' }]);
    expect(acceptsInput(capture.state)).toBe(false);
  });

  it.each(['active', 'unavailable'] as const)('a session that is %s leaves the timer as the reason', (status) => {
    const late = given();
    const { record_id } = late.open;
    const outcome = late.tick(ms + 1).session(status).outcome;
    expect(outcome).toMatchObject({ kind: 'aborted', error_code, reason, record_id });
  });

  it.each([
    ['closed', 'session_closed'],
    ['invalid', 'session_invalid'],
  ] as const)('a session that is %s is the reason reported', (status, verdict) => {
    expect(
      given()
        .tick(ms + 1)
        .session(status).verdict,
    ).toBe(verdict);
  });

  it('a session_manager that is silent leaves the timer as the reason, after session_timeout_ms', () => {
    const capture = given().tick(ms + 1);
    expect(capture.tick(2_000).effects).toEqual([]);
    expect(capture.tick(1).verdict).toBe(error_code);
  });
});

describe('given active, a client that is late while the session is being asked for', () => {
  it('is not asked about twice: the answer under way counts', () => {
    const capture = PlayedCapture.active({ session_check_interval_ms: 8_000 }).tick(8_000);
    expect(capture.wanted).toEqual(['validate_session']);
    expect(capture.tick(1).effects).toEqual([]);
    expect(acceptsInput(capture.state)).toBe(false);
    expect(capture.session('closed').verdict).toBe('session_closed');
  });
});

describe('given active, a frame whose bytes arrive slowly', () => {
  it('is never cut off while bytes arrive, up to the duration on the server clock', () => {
    const capture = PlayedCapture.active(ASKS_LATE).meta();
    for (let second = 1; second <= 25; second++) capture.wait(1_000).tell(HEARD);
    expect(acceptsInput(capture.state)).toBe(true);
    expect(capture.wait(1).tell(HEARD).session('active').verdict).toBe('limit_duration_exceeded');
  });
});

describe('given active, a client whose socket is not read', () => {
  it('is not held to silence_timeout_ms', () => {
    const limits = { ...ASKS_LATE, silence_timeout_ms: 500 };
    const capture = PlayedCapture.active(limits).frame().frame().frame().meta();
    expect(capture.tick(2_000).effects).toEqual([]);
    expect(capture.tick(1).verdict).toBe('limit_forward_buffer_exceeded');
  });
});

describe('given active, forward_timeout_ms', () => {
  it('at it the extractor is not late, after it the end goes out without waiting for the frame', () => {
    const capture = PlayedCapture.active().frames(2).frame();
    expect(capture.tick(3_000).verdict).toBeNull();
    expect(capture.tick(1).verdict).toBe('forward_failed');
    expect(capture.wanted).toEqual(['stop_forwarding', 'end_stream', 'finish']);
    expect(capture.end).toMatchObject({ error_code: 'forward_failed', frame_count: 2, last_seq: 2 });
  });

  it('runs for the next frame from the acknowledgement of the one before', () => {
    const capture = PlayedCapture.active().frame().wait(500).frame().wait(400).settle();
    expect(capture.tick(3_000).verdict).toBeNull();
    expect(capture.tick(1).verdict).toBe('forward_failed');
  });

  it('does not run while nothing is in flight, and starts anew with the next frame', () => {
    const capture = PlayedCapture.active().frame().settle();
    expect(capture.tick(4_000).verdict).toBeNull();
    expect(capture.frame().tick(3_000).verdict).toBeNull();
    expect(capture.tick(1).verdict).toBe('forward_failed');
  });

  it('is not restarted by a frame that joins the one in flight', () => {
    expect(PlayedCapture.active().frame().wait(2_900).frame().tick(101).verdict).toBe('forward_failed');
  });
});

describe('given active, when the extractor fails', () => {
  it('then it aborts at once, also between frames', () => {
    expect(PlayedCapture.active().tell(EVENTS['forward.failed']).verdict).toBe('forward_failed');
    const capture = PlayedCapture.active().frames(1).frame().frame().tell(EVENTS['forward.failed']);
    expect(capture.end).toMatchObject({ error_code: 'forward_failed', frame_count: 1, last_seq: 1 });
  });
});

describe('given active, the session', () => {
  it('is asked for every session_check_interval_ms, since it was last asked', () => {
    const capture = PlayedCapture.active(PATIENT);
    expect(capture.tick(4_999).effects).toEqual([]);
    expect(capture.tick(1).effects).toEqual([
      { type: 'validate_session', user_id: 'u1', session_id: 's1', check: 'recheck' },
    ]);
    expect(capture.wait(300).session('active').effects).toEqual([]);
    expect(capture.tick(4_699).effects).toEqual([]);
    expect(capture.tick(1).wanted).toEqual(['validate_session']);
  });

  it('is asked for earlier the first time, as much as chance says, and then every session_check_interval_ms', () => {
    const capture = PlayedCapture.opening(PATIENT).session('active').tell({ type: 'stream.opened', jitter: 0.5 });
    expect(capture.tick(3_749).effects).toEqual([]);
    expect(capture.tick(1).wanted).toEqual(['validate_session']);
    expect(capture.session('active').tick(4_999).effects).toEqual([]);
    expect(capture.tick(1).wanted).toEqual(['validate_session']);
  });

  it('that has ended, as session_manager says unasked, aborts at once, asked for or not', () => {
    expect(PlayedCapture.active().tell(EVENTS['session.closed']).verdict).toBe('session_closed');
    const asked = PlayedCapture.active(PATIENT).frames(1).tick(5_000).tell(EVENTS['session.closed']);
    expect(asked.verdict).toBe('session_closed');
    expect(asked.end).toMatchObject({ error_code: 'session_closed', frame_count: 1 });
  });

  it('is not asked for again while an answer is awaited', () => {
    expect(PlayedCapture.active(PATIENT).tick(5_000).tick(1_500).effects).toEqual([]);
  });

  it.each([
    ['closed', 'session_closed'],
    ['invalid', 'session_invalid'],
  ] as const)('that is %s aborts as %s', (status, verdict) => {
    expect(PlayedCapture.active(PATIENT).tick(5_000).session(status).verdict).toBe(verdict);
  });

  it('of which nobody knows what it is does not count as active', () => {
    const unheard_of = 'paused' as 'active';
    expect(() => PlayedCapture.active(PATIENT).tick(5_000).session(unheard_of)).toThrow();
  });

  it('without an answer is asked for again after session_retry_interval_ms', () => {
    const capture = PlayedCapture.active(PATIENT).tick(5_000).wait(100).session('unavailable');
    expect(capture.state.phase).toBe('active');
    expect(capture.tick(899).effects).toEqual([]);
    expect(capture.tick(1).wanted).toEqual(['validate_session']);
  });

  it('that is never answered for counts as unanswered after session_timeout_ms', () => {
    const capture = PlayedCapture.active(PATIENT).tick(5_000);
    expect(capture.tick(2_000).tick().effects).toEqual([]);
    expect(capture.tick(1).tick().wanted).toEqual(['validate_session']);
  });

  it('that answers after its question was given up is asked for again session_check_interval_ms after the answer', () => {
    const capture = PlayedCapture.active(PATIENT).tick(5_000).tick(2_001).session('active');
    expect(capture.tick(4_999).effects).toEqual([]);
    expect(capture.tick(1).wanted).toEqual(['validate_session']);
  });

  it('without an answer for more than session_silence_ms since the first aborts', () => {
    const capture = PlayedCapture.active(PATIENT).tick(5_000).session('unavailable');
    for (let second = 1; second <= 9; second++) capture.tick(1_000).session('unavailable');
    expect(capture.tick(1_000).verdict).toBeNull();
    expect(capture.session('unavailable').tick(1).verdict).toBe('session_unavailable');
  });

  it('that answers in between starts the silence anew', () => {
    const capture = PlayedCapture.active(PATIENT).tick(5_000).session('unavailable').tick(4_000).session('active');
    expect(capture.tick(1_001).verdict).toBeNull();
    // 5 s after the last question, which was answered, comes the next one, which begins a new silence
    expect(capture.tick(3_999).session('unavailable').tick(10_000).verdict).toBeNull();
    expect(capture.tick(1).verdict).toBe('session_unavailable');
  });
});

describe('what the client is told of its frames', () => {
  const acked = ({ effects }: PlayedCapture): number[] =>
    effects.flatMap((effect) =>
      effect.type === 'notify' && effect.notice.kind === 'acknowledged' ? [effect.notice.seq] : [],
    );

  it('comes with the first frame the extractor acknowledges, and then only ack_interval_ms later', () => {
    const capture = PlayedCapture.active().frame().settle();
    expect(acked(capture)).toEqual([1]);
    expect(acked(capture.wait(249).frame().settle())).toEqual([]);
    expect(acked(capture.frame().wait(1).settle())).toEqual([3]);
  });

  it('comes with a tick if no further frame brings it', () => {
    const capture = PlayedCapture.active().frame().settle().frame().settle();
    expect(acked(capture.tick(249))).toEqual([]);
    expect(acked(capture.tick(1))).toEqual([2]);
    expect(acked(capture.tick(250))).toEqual([]);
  });

  it('is not kept back by a session that is being asked for', () => {
    const capture = PlayedCapture.active(PATIENT).tick(5_000);
    expect(capture.effects).toMatchObject([{ type: 'validate_session' }]);
    capture.frame().settle().frame().settle();
    expect(acked(capture.tick(250))).toEqual([2]);
  });
});
