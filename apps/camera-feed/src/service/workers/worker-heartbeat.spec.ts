import { beforeEach, describe, expect, it } from '@jest/globals';
import { BEAT_INTERVAL_MS, WorkerHeartbeat } from './worker-heartbeat.js';

let heartbeat: WorkerHeartbeat;

beforeEach(() => {
  heartbeat = new WorkerHeartbeat();
});

/** What is found in this many looks, one after the other. */
function looks(count: number): number[] {
  return Array.from({ length: count }, () => heartbeat.look()).flat();
}

describe('a worker', () => {
  it('that beats does not hang', () => {
    for (let n = 0; n < 100; n++) {
      heartbeat.beat(1);
      expect(looks(1)).toEqual([]);
    }
  });

  it('that stops to beat hangs at the ninth look, within 5 s, and is found once', () => {
    heartbeat.beat(1);
    expect(looks(8)).toEqual([]);
    expect(looks(1)).toEqual([1]);
    expect(looks(100)).toEqual([]);
    expect(9 * BEAT_INTERVAL_MS).toBeLessThan(5_000);
  });

  it('that beats again in time does not hang', () => {
    heartbeat.beat(1);
    looks(8);
    heartbeat.beat(1);
    expect(looks(8)).toEqual([]);
  });

  it('that is started and never beats hangs after 30 s', () => {
    heartbeat.started(1);
    expect(looks(60)).toEqual([]);
    expect(looks(1)).toEqual([1]);
    expect(60 * BEAT_INTERVAL_MS).toBe(30_000);
  });

  it('that beats at its start must go on', () => {
    heartbeat.started(1);
    looks(50);
    heartbeat.beat(1);
    expect(looks(8)).toEqual([]);
    expect(looks(1)).toEqual([1]);
  });

  it('that has ended does not hang', () => {
    heartbeat.beat(1);
    heartbeat.forget(1);
    expect(looks(20)).toEqual([]);
  });

  it('hangs by itself', () => {
    heartbeat.beat(1);
    const found = Array.from({ length: 20 }, () => {
      heartbeat.beat(2);
      return heartbeat.look();
    });
    expect(found.flat()).toEqual([1]);
  });
});
