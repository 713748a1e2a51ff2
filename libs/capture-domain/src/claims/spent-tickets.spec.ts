import { beforeEach, describe, expect, it } from '@jest/globals';
import { ManualClock } from '../../../../test/support/manual-clock.js';
import { SpentTickets } from './spent-tickets.js';

const MAX_DEAD = 20_000;

let clock: ManualClock;
let spent: SpentTickets;

beforeEach(() => {
  clock = new ManualClock();
  spent = new SpentTickets(clock);
});

/** Uses a ticket; the wall clock shows `dies_at` when it dies. */
function spend(ticket_id: string, dies_at: number): boolean {
  return spent.spend({ ticket_id, dies_at });
}

/** Uses this many tickets that die in a minute of this wall clock. */
function spendMany(count: number, wall_clock: number): void {
  for (let n = 0; n < count; n++) spend(`${wall_clock}-${n}`, wall_clock + 60);
}

describe('given tickets that were used', () => {
  it('when one is used again, then it is known', () => {
    expect(spend('a', 100)).toBe(true);
    expect(spend('b', 100)).toBe(true);
    expect(spend('a', 100)).toBe(false);
  });

  it('when one is used again after any time, then it is known', () => {
    spend('a', 100);
    clock.advance(86_400_000);
    spend('b', 86_500);
    expect(spend('a', 100)).toBe(false);
  });

  it('when there are too many that can no longer be used, then the oldest are forgotten', () => {
    spendMany(MAX_DEAD, 1_000);
    clock.advance(320_001);
    spendMany(1, 1_320);
    expect(spent.size).toBe(MAX_DEAD);
  });

  it('when there are too many that can be used, then none is forgotten', () => {
    spendMany(MAX_DEAD, 1_000);
    clock.advance(320_000);
    spendMany(10, 1_320);
    expect(spent.size).toBe(MAX_DEAD + 10);
  });

  it('when the clock was set back behind one that was forgotten, then it is refused', () => {
    spend('a', 1_060);
    clock.advance(320_001);
    spendMany(MAX_DEAD, 1_320);
    expect(spent.size).toBe(MAX_DEAD);
    expect(spend('a', 1_060)).toBe(false);
    expect(spend('new', 1_061)).toBe(true);
  });
});
