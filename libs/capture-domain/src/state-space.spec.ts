import { CAPTURE_ERROR_CODES } from '@a3cp/capture-protocol';
import { describe, expect, it } from '@jest/globals';
import {
  inSilence,
  longestTimes,
  type Successors,
  whateverHappens,
} from '../../../test/support/state-space/longest-times.js';
import { RULES } from '../../../test/support/state-space/rules.js';
import { REORDERED_LIMITS, SMALL_LIMITS } from '../../../test/support/state-space/small-limits.js';
import { StateSpace } from '../../../test/support/state-space/state-space.js';
import { Violation } from '../../../test/support/state-space/violation.js';
import type { CaptureLimits } from './capture/limits.js';
import type { CaptureState } from './capture/state.js';

/** Verdicts on an open, of which no extractor hears. */
const REFUSED_OPENS = ['limit_fps_exceeded', 'limit_resolution_exceeded', 'limit_concurrent_captures_exceeded'];

const spaces = new Map<CaptureLimits, StateSpace>();

/** Explores every order of events once; throws a Violation with the shortest sequence of events that breaks an invariant. */
function spaceOf(limits: CaptureLimits): StateSpace {
  const space = spaces.get(limits) ?? new StateSpace(RULES, limits);
  spaces.set(limits, space);
  return space;
}

/** The longest time in each phase until the capture is closed. */
function longestByPhase(space: StateSpace, successors: Successors): ReadonlyMap<CaptureState['phase'], number> {
  const times = longestTimes(space.size, successors);
  const endless = times.indexOf(Infinity);
  if (endless >= 0) throw new Violation('the capture never ends', space.pathTo(endless));
  const longest = new Map<CaptureState['phase'], number>();
  for (const [state, ms] of times.entries()) {
    const phase = space.phaseOf(state);
    longest.set(phase, Math.max(ms, longest.get(phase) ?? 0));
  }
  return longest;
}

/** The first millisecond at which a timer fires. */
function after(timeout_ms: number): number {
  return timeout_ms + 1;
}

describe.each([
  ['three frames and a forward buffer of two', SMALL_LIMITS],
  ['two frames and timers in another order', REORDERED_LIMITS],
])('given %s, in every order of events', (_given, limits) => {
  const { session_timeout_ms, claim_timeout_ms, stream_open_timeout_ms, open_timeout_ms, silence_timeout_ms } = limits;
  const { forward_timeout_ms, forward_grace_ms, drain_timeout_ms, max_duration_ms, ingest_grace_ms } = limits;
  const ingest_ms = max_duration_ms + ingest_grace_ms;

  it('no invariant is broken', () => {
    expect(() => spaceOf(limits)).not.toThrow();
  });

  it('silence ends a capture within the timers of its phase', () => {
    const space = spaceOf(limits);
    const longest = longestByPhase(space, inSilence(space));
    const silent_ms = Math.min(after(forward_grace_ms) + after(silence_timeout_ms), after(ingest_ms));
    const bounds = {
      idle: after(open_timeout_ms),
      opening: Math.max(after(session_timeout_ms), after(claim_timeout_ms) + after(stream_open_timeout_ms)),
      active: silent_ms + after(session_timeout_ms) + after(forward_timeout_ms),
      closing: 2 * after(forward_timeout_ms),
      aborting: Math.max(after(stream_open_timeout_ms), 2 * after(forward_timeout_ms)),
      closed: 0,
    };
    for (const [phase, ms] of longest) expect([phase, ms <= bounds[phase]]).toEqual([phase, true]);
    expect(longest.size).toBe(6);
  });

  it('a capture ends within the sum of its timers, whatever happens', () => {
    const space = spaceOf(limits);
    const longest = longestByPhase(space, whateverHappens(space));
    const opening_ms = session_timeout_ms + after(claim_timeout_ms) + stream_open_timeout_ms;
    const ending_ms = Math.max(1 + after(session_timeout_ms), after(drain_timeout_ms) + after(forward_timeout_ms));
    const bound = open_timeout_ms + opening_ms + ingest_ms + ending_ms + after(forward_timeout_ms);
    expect(longest.get('idle')).toBeLessThanOrEqual(bound);
  });
});

describe('given three frames and a forward buffer of two, in some order of events', () => {
  it('each limit is reached', () => {
    const { max_frames, max_total_bytes, max_forward_buffer_frames, max_forward_buffer_bytes } = SMALL_LIMITS;
    expect(spaceOf(SMALL_LIMITS).peak).toEqual({
      frames: max_frames,
      bytes: max_total_bytes,
      buffered_frames: max_forward_buffer_frames,
      buffered_bytes: max_forward_buffer_bytes,
    });
  });

  it('each error code is a verdict', () => {
    const { verdicts } = spaceOf(SMALL_LIMITS);
    expect([...CAPTURE_ERROR_CODES, 'completed'].filter((code) => !verdicts.has(code))).toEqual([]);
  });

  it('each error code but those of a refused open is the reason of an end', () => {
    const { end_codes } = spaceOf(SMALL_LIMITS);
    expect(CAPTURE_ERROR_CODES.filter((code) => !end_codes.has(code)).sort()).toEqual(REFUSED_OPENS.sort());
  });
});

describe('given a circle of states', () => {
  it('the longest time is infinite in it and before it', () => {
    const graph = [
      [{ to: 1, ms: 1 }],
      [{ to: 2, ms: 0 }],
      [
        { to: 1, ms: 1 },
        { to: 3, ms: 0 },
      ],
      [{ to: 4, ms: 2 }],
      [],
    ];
    expect(longestTimes(graph.length, (state) => graph[state] ?? [])).toEqual([Infinity, Infinity, Infinity, 2, 0]);
  });
});
