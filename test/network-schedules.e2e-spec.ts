import { describe, expect, it } from '@jest/globals';
import { Direction, MAX_QUEUED_BYTES } from '../tools/networks/src/direction.js';
import { steadyLine } from '../tools/networks/src/made-up-lines.js';
import { ownFaults } from '../tools/networks/src/own-hole.js';
import { changed, recorded, type Schedule, stalled, steady } from '../tools/networks/src/schedule.js';

/** The times of the first packets of a sender that always has one waiting. */
function packets(schedule: Schedule, count: number): number[] {
  const times: number[] = [];
  for (let at = 0; times.length < count; times.push(at)) at = schedule.next(at);
  return times;
}

describe('a schedule', () => {
  it('carries a rate packet by packet', () => {
    expect(packets(steady(120_000), 3)).toEqual([100, 200, 300]);
    expect(packets(steady(Infinity), 2)).toEqual([0, 0]);
  });

  it('spreads the packets of a recording over their intervals, and starts again at its end', () => {
    expect(packets(recorded([0, 2, 1], 100), 5)).toEqual([100, 150, 200, 400, 450]);
    expect(packets(recorded([0, 2, 1], 100, 120), 3)).toEqual([30, 80, 280]);
  });

  it('carries of each interval what the recording says, whatever the number', () => {
    const bins = Array.from({ length: 60 }, (_, index) => index);
    const times = packets(recorded(bins, 100), 59 * 30);
    expect(bins.map((bin) => times.filter((at) => Math.floor(at / 100) === bin).length)).toEqual(bins);
  });

  it('carries nothing during a stall', () => {
    expect(packets(stalled(steady(120_000), 150, 1_000), 3)).toEqual([100, 1_250, 1_350]);
  });

  it('becomes another one', () => {
    expect(packets(changed(steady(120_000), 250, steady(1_200_000)), 4)).toEqual([100, 200, 260, 270]);
  });
});

describe('one direction', () => {
  /** A receiver that notes what arrives. */
  function receiver(isFull = false) {
    const arrived: string[] = [];
    return {
      arrived,
      isFull,
      write: (bytes: Buffer) => void arrived.push(`${bytes.length}`),
      end: () => void arrived.push('end'),
    };
  }

  it('carries what was due since the last call, however late that is', () => {
    const direction = new Direction();
    const exit = receiver();
    direction.begin(steady(120_000), () => 0);
    direction.accept(Buffer.alloc(4_000), exit, 0);
    direction.accept('end', exit, 0);
    direction.carry(99);
    expect(exit.arrived).toEqual([]);
    direction.carry(250);
    expect(exit.arrived).toEqual(['1500', '1500']);
    direction.carry(300);
    expect(exit.arrived).toEqual(['1500', '1500', '1000', 'end']);
  });

  it('carries no packet before there is something to send', () => {
    const direction = new Direction();
    const exit = receiver();
    direction.begin(recorded([1], 100), () => 0);
    direction.accept(Buffer.alloc(1_500), exit, 250);
    direction.carry(299);
    expect(exit.arrived).toEqual([]);
    direction.carry(300);
    expect(exit.arrived).toEqual(['1500']);
  });

  it('delays each packet, and lets none overtake another when the delay falls', () => {
    const direction = new Direction();
    const exit = receiver();
    direction.begin(steady(120_000), (at) => (at < 150 ? 500 : 0));
    direction.accept(Buffer.alloc(3_000), exit, 0);
    direction.carry(599);
    expect(exit.arrived).toEqual([]);
    direction.carry(600);
    expect(exit.arrived).toEqual(['1500', '1500']);
  });

  it('is full with 64,000 bytes, and carries nothing to a receiver without room', () => {
    const direction = new Direction();
    const exit = receiver(true);
    direction.begin(steady(120_000), () => 0);
    direction.accept(Buffer.alloc(MAX_QUEUED_BYTES - 1), exit, 0);
    expect(direction.isFull).toBe(false);
    direction.accept(Buffer.alloc(1), exit, 0);
    expect(direction.isFull).toBe(true);
    direction.carry(10_000);
    expect(exit.arrived).toEqual([]);
    // the time without room is lost
    exit.isFull = false;
    direction.carry(10_099);
    expect(exit.arrived).toEqual([]);
    direction.carry(10_100);
    expect(exit.arrived).toEqual(['1500']);
  });
});

describe('what a line does by itself', () => {
  it('is the time that five packets and one back need', () => {
    const line = { ...steadyLine('120 kbit/s', 120_000), down: steady(1_200_000) };
    expect(ownFaults(line, 1_000)).toEqual({ hole_ms: 510, outage_ms: 100 });
    expect(ownFaults({ ...line, up: stalled(line.up, 500, 2_000) }, 1_000).hole_ms).toBe(2_610);
    expect(ownFaults({ ...line, down: stalled(line.down, 500, 9_000) }, 1_000).outage_ms).toBe(9_020);
  });
});
