import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { EventClock } from './event-clock.js';

const DATE = Date.UTC(2026, 0, 1);

/** Event times since the first picture, of pictures given as the camera's time and the real time that has passed. */
function timesOf(pictures: readonly (readonly [camera_ms: number | null, elapsed_ms: number])[]): number[] {
  const clock = new EventClock();
  return pictures.map(([camera_ms, elapsed_ms]) => clock.timeOf({ camera_ms, elapsed_ms, date_ms: DATE }) - DATE);
}

/** Twenty pictures, 70 ms apart, whose camera times are made of the true ones. */
function pictures(cameraTime: (true_ms: number, n: number) => number | null) {
  return Array.from({ length: 20 }, (_, n) => [cameraTime(9_000 + n * 70, n), 500 + n * 70] as const);
}

const TRUE_TIMES = Array.from({ length: 20 }, (_, n) => n * 70);

describe('EventClock', () => {
  it('gives the first picture the time of day', () => {
    expect(new EventClock().timeOf({ camera_ms: 70, elapsed_ms: 12, date_ms: DATE })).toBe(DATE);
  });

  it("keeps the camera's own time between pictures, however late they are seen", () => {
    expect(
      timesOf([
        [70, 0],
        [137, 900],
        [203.5, 901],
      ]),
    ).toEqual([0, 67, 133.5]);
  });

  it('ignores a time of day that is set during the capture', () => {
    const clock = new EventClock();
    clock.timeOf({ camera_ms: 0, elapsed_ms: 0, date_ms: DATE });
    clock.timeOf({ camera_ms: 70, elapsed_ms: 70, date_ms: DATE + 3_600_000 });

    // also where the camera's time is of no use
    expect(clock.timeOf({ camera_ms: null, elapsed_ms: 140, date_ms: DATE - 10_000 })).toBe(DATE + 140);
  });

  it.each<[what: string, cameraTime: (true_ms: number, n: number) => number | null]>([
    ['has no time', () => null],
    ['has no number for a time', () => NaN],
    ['stands still', () => 0],
    ['is set back by an hour', (ms, n) => (n < 8 ? ms : ms - 3_600_000)],
    ['is set back by half a second', (ms, n) => (n < 8 ? ms : ms - 500)],
    ['begins anew', (ms, n) => (n < 8 ? ms : (n - 8) * 70)],
    ['is set forward by an hour', (ms, n) => (n < 8 ? ms : ms + 3_600_000)],
    ['jumps for one picture', (ms, n) => (n === 8 ? ms + 60_000 : ms)],
    ['is missing for one picture', (ms, n) => (n === 8 ? null : ms)],
    ['is missing for every third picture', (ms, n) => (n % 3 === 2 ? null : ms)],
    ['is missing for the first picture', (ms, n) => (n === 0 ? null : ms)],
  ])('uses the time that really passed where the camera %s', (_what, cameraTime) => {
    expect(timesOf(pictures(cameraTime))).toEqual(TRUE_TIMES);
  });

  it("keeps the camera's time again after it was set back", () => {
    const camera = (n: number): number => 9_000 + n * 70 - (n < 5 ? 0 : 500);
    const late = (n: number): number => (n === 8 ? 60 : 0);

    expect(timesOf(Array.from({ length: 20 }, (_, n) => [camera(n), n * 70 + late(n)]))).toEqual(TRUE_TIMES);
  });

  it.each([
    ['100 ms', 100],
    ['a sixtieth of a second', 1_000 / 60],
  ])('is as exact as a camera that rounds to %s', (_what, step_ms) => {
    const times = timesOf(pictures((ms) => Math.floor(ms / step_ms) * step_ms));

    for (const [n, time] of times.entries()) expect(Math.abs(time - n * 70)).toBeLessThanOrEqual(step_ms);
  });

  it('follows real time where the camera counts too fast or too slowly', () => {
    for (const factor of [0.5, 2, 1_000]) {
      const times = timesOf(Array.from({ length: 200 }, (_, n) => [n * 70 * factor, n * 70]));

      expect(Math.abs((times.at(-1) ?? 0) - 199 * 70)).toBeLessThanOrEqual(1_000);
    }
  });

  it('never goes backwards and is never a second from real time, whatever the camera says', () => {
    const camera_ms = fc.oneof(fc.constant(null), fc.double(), fc.integer({ min: 0, max: 3_000 }));
    const step_ms = fc.oneof(fc.constant(0), fc.double({ min: 0, max: 2_000, noNaN: true }));
    fc.assert(
      fc.property(fc.array(fc.tuple(camera_ms, step_ms)), (steps) => {
        let elapsed_ms = 0;
        let last = 0;
        const seen = steps.map(([camera, step]) => [camera, (elapsed_ms += step)] as const);
        const start = seen[0]?.[1] ?? 0;
        for (const [n, time] of timesOf(seen).entries()) {
          expect(time).toBeGreaterThanOrEqual(last);
          last = time;
          expect(Math.abs(time - ((seen[n]?.[1] ?? 0) - start))).toBeLessThanOrEqual(1_001);
        }
      }),
    );
  });
});
