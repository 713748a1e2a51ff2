import { describe, expect, it } from '@jest/globals';
import { captureLimits, DEFAULT_CAPTURE_LIMITS, NUMERIC_LIMITS } from './limits.js';

const MAY_BE_ZERO = ['ingest_grace_ms', 'forward_grace_ms', 'session_cache_ms', 'shutdown_timeout_ms'];

describe('captureLimits', () => {
  it('given nothing, then the defaults, which nobody can change', () => {
    expect(captureLimits()).toEqual(DEFAULT_CAPTURE_LIMITS);
    expect(Object.isFrozen(DEFAULT_CAPTURE_LIMITS)).toBe(true);
  });

  it('given a value, then that one over the defaults, which nobody can change', () => {
    const limits = captureLimits({ max_fps: 30, frame_inspection: 'off' });
    expect(limits).toEqual({ ...DEFAULT_CAPTURE_LIMITS, max_fps: 30, frame_inspection: 'off' });
    expect(Object.isFrozen(limits)).toBe(true);
    expect(DEFAULT_CAPTURE_LIMITS.max_fps).toBe(15);
  });

  it('every default is a limit a host may give', () => {
    expect(captureLimits(DEFAULT_CAPTURE_LIMITS)).toEqual(DEFAULT_CAPTURE_LIMITS);
    expect([...NUMERIC_LIMITS, 'frame_inspection']).toEqual(Object.keys(DEFAULT_CAPTURE_LIMITS));
  });

  describe.each(NUMERIC_LIMITS)('given %s', (name) => {
    const least = MAY_BE_ZERO.includes(name) ? 0 : 1;
    // what leaves every frame small enough for the forward buffer
    const roomy = { max_forward_buffer_bytes: 2 ** 53 - 1, max_buffered_bytes: 2 ** 53 - 1 };
    const others = { max_frame_bytes: 1, ...(name === 'max_frame_bytes' && roomy) };

    const most = name === 'session_cache_ms' ? 5_000 : name.endsWith('_ms') ? 86_400_000 : 2 ** 53 - 1;

    it.each([least, most])('%d passes', (value) => {
      expect(captureLimits({ ...others, [name]: value })[name]).toBe(value);
    });

    it.each([least - 1, -1, 1.5, NaN, Infinity, 2 ** 53, '15', null, true])('%p is refused by name', (value) => {
      const refused = () => captureLimits({ ...others, [name]: value });
      expect(refused).toThrow(`${name} must be an integer of at least ${least}`);
    });
  });

  it.each(NUMERIC_LIMITS.filter((name) => name.endsWith('_ms')))(
    'given %s longer than a day, which a timer could take for a millisecond, then it is refused by name',
    (name) => {
      expect(() => captureLimits({ [name]: 86_400_001 })).toThrow(`${name} must not exceed`);
    },
  );

  it.each(['none', '', null, 1])('given frame_inspection %p, then it is refused by name', (value) => {
    expect(() => captureLimits({ frame_inspection: value as 'off' })).toThrow(
      "frame_inspection must be 'header' or 'off'",
    );
  });

  it('given a session_cache_ms over 5000, then it is refused by name', () => {
    expect(() => captureLimits({ session_cache_ms: 5_001 })).toThrow('session_cache_ms must not exceed 5000');
  });

  it('given frames as large as the forward buffer, then they pass, and larger ones are refused', () => {
    expect(captureLimits({ max_frame_bytes: 1_000_000 }).max_frame_bytes).toBe(1_000_000);
    expect(() => captureLimits({ max_frame_bytes: 1_000_001 })).toThrow(/^max_frame_bytes must not exceed/);
    expect(() => captureLimits({ max_forward_buffer_bytes: 299_999 })).toThrow(/^max_frame_bytes must not exceed/);
    expect(captureLimits({ max_buffered_bytes: 300_000 }).max_buffered_bytes).toBe(300_000);
    expect(() => captureLimits({ max_buffered_bytes: 299_999 })).toThrow(/^max_frame_bytes must not exceed/);
  });
});
