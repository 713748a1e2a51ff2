import { describe, expect, it } from '@jest/globals';
import { FramePacing } from './frame-pacing.js';

/** The times that are picked of those a camera gives. */
function picked(times: readonly number[], max_fps = 15): number[] {
  const pacing = new FramePacing(max_fps);
  return times.filter((time) => pacing.isDue(time));
}

/** Ten seconds of a camera of `fps` frames a second. */
function camera(fps: number, jitter: (n: number) => number = () => 0): number[] {
  return Array.from({ length: 10 * fps }, (_, n) => 5_000 + (n * 1000) / fps + jitter(n));
}

describe('FramePacing', () => {
  it('picks every frame of a camera that is slow enough', () => {
    expect(picked(camera(15))).toHaveLength(150);
    expect(picked(camera(10))).toHaveLength(100);
  });

  it('picks every frame of a camera that does not keep time to the millisecond', () => {
    expect(picked(camera(15, (n) => [0, 12, -12, 7][n % 4] ?? 0))).toHaveLength(150);
  });

  it('picks every second frame of a camera of 30', () => {
    const times = camera(30);

    expect(picked(times)).toEqual(times.filter((_, n) => n % 2 === 0));
  });

  it.each([24, 25, 50, 60])('picks 15 a second of a camera of %i, as evenly as they lie', (fps) => {
    const times = picked(camera(fps));

    expect(times.length).toBeGreaterThanOrEqual(149);
    expect(times.length).toBeLessThanOrEqual(151);
    const gaps = times.slice(1).map((time, n) => time - (times[n] ?? 0));
    expect(Math.max(...gaps)).toBeLessThanOrEqual(1000 / 15 + 1000 / fps);
    expect(Math.min(...gaps)).toBeGreaterThan(1000 / 15 - 1000 / fps - 0.001);
  });

  it('makes up for a stumble, and not for a pause', () => {
    expect(picked([0, 150, 160, 200, 230, 267])).toEqual([0, 150, 160, 200, 267]);
    expect(picked([0, 5_000, 5_010, 5_020, 5_030, 5_040, 5_067])).toEqual([0, 5_000, 5_010, 5_020, 5_067]);
  });
});
