import { describe, expect, it } from '@jest/globals';
import { pace } from './pace.js';

const FRAMES = [1, 2, 3].map((n) => new Uint8Array([n]));

describe('pace', () => {
  it('yields every frame when it is due, and says when that was', async () => {
    const begun = performance.now();
    const before = Date.now();
    const times: number[] = [];
    for await (const { jpeg, timestamp_frame } of pace(FRAMES, 40, new AbortController().signal)) {
      expect(jpeg).toBe(FRAMES[times.length]);
      times.push(timestamp_frame.getTime());
    }

    // timers count whole milliseconds
    expect(performance.now() - begun).toBeGreaterThan(48);
    const [first = 0] = times;
    expect(first).toBeGreaterThanOrEqual(before);
    expect(times).toEqual([first, first + 25, first + 50]);
  });

  it('stops waiting when it is told to', async () => {
    const stop = new AbortController();
    const frames = pace(FRAMES, 0.001, stop.signal);
    await frames.next();
    const next = frames.next();
    stop.abort();

    await expect(next).rejects.toHaveProperty('name', 'AbortError');
    expect(await frames.next()).toEqual({ done: true, value: undefined });
  });
});
