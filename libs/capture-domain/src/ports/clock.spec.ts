import { afterEach, describe, expect, it } from '@jest/globals';
import { setImmediate } from 'node:timers/promises';
import { SystemClock } from './clock.js';

const INTERVAL_MS = 1;

/** The process stalls for longer than the interval: when it goes on, every timer is due at once. */
function stall(): void {
  const begun = performance.now();
  while (performance.now() - begun <= 10 * INTERVAL_MS);
}

describe('the system clock', () => {
  const stops: (() => void)[] = [];
  afterEach(() => stops.splice(0).forEach((stop) => stop()));

  it('ticks until it is stopped', async () => {
    const ticked = new Promise<void>((resolve) => stops.push(new SystemClock().every(INTERVAL_MS, resolve)));
    await ticked;
  });

  it('calls no tick after it was stopped, also one that is due already', async () => {
    let ticks = 0;
    const stop = new SystemClock().every(INTERVAL_MS, () => (ticks += 1));
    const stopped = new Promise<void>((resolve) =>
      setTimeout(() => {
        stop();
        resolve();
      }, INTERVAL_MS),
    );
    stall();
    await stopped;
    await setImmediate();
    expect(ticks).toBe(0);
  });
});
