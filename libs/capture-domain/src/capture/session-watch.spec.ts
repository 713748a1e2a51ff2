import { describe, expect, it } from '@jest/globals';
import { captureLimits } from './limits.js';
import { askedSession, missedSession, sessionAnswerOverdue, sessionSilent, watchSession } from './session-watch.js';

const LIMITS = captureLimits();

describe('given a session that was active at 1000', () => {
  const watch = watchSession(1_000, LIMITS);

  it('then it is to be asked for session_check_interval_ms later', () => {
    expect(watch).toEqual({ asked_at: null, ask_at: 6_000, unanswered_since: null });
  });

  it.each([
    [0, 6_000],
    [0.5, 4_750],
    [0.999, 3_502.5],
  ])(
    'then with a jitter of %d it is to be asked for at %d, never later nor more than half earlier',
    (jitter, ask_at) => {
      expect(watchSession(1_000, LIMITS, jitter).ask_at).toBeCloseTo(ask_at);
    },
  );

  it('then it is neither overdue nor silent, however late it is', () => {
    expect(sessionAnswerOverdue(watch, 1e9, LIMITS)).toBe(false);
    expect(sessionSilent(watch, 1e9, LIMITS)).toBe(false);
  });

  it('when a question nobody asked is missed, then nothing changes', () => {
    expect(missedSession(watch, LIMITS)).toEqual(watch);
  });
});

describe('given a session that was asked for at 6000', () => {
  const asked = askedSession(watchSession(1_000, LIMITS), 6_000);

  it.each([
    [6_000, false],
    [8_000, false],
    [8_001, true],
  ])('then at %i its answer is overdue: %s', (now, overdue) => {
    expect(sessionAnswerOverdue(asked, now, LIMITS)).toBe(overdue);
  });

  it('when the answer is missed, then the next question is due session_retry_interval_ms after this one', () => {
    expect(missedSession(asked, LIMITS)).toEqual({ asked_at: null, ask_at: 7_000, unanswered_since: 6_000 });
  });

  it.each([
    [16_000, false],
    [16_001, true],
  ])('when two answers are missed, then at %i the first one makes it silent: %s', (now, silent) => {
    const again = askedSession(missedSession(asked, LIMITS), 7_000);
    expect(sessionSilent(again, now, LIMITS)).toBe(silent);
    expect(missedSession(again, LIMITS)).toEqual({ asked_at: null, ask_at: 8_000, unanswered_since: 6_000 });
  });
});
