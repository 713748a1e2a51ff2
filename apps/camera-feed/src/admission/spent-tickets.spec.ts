import { describe, expect, it } from '@jest/globals';
import { SpentTickets } from './spent-tickets.js';

describe('given tickets that were used', () => {
  it('when one is used again, then it is known', () => {
    const spent = new SpentTickets();
    expect(spent.spend('a', 100, 0)).toBe(true);
    expect(spent.spend('b', 100, 0)).toBe(true);
    expect(spent.spend('a', 100, 99)).toBe(false);
  });

  it('when they can no longer be used anyway, then they are forgotten', () => {
    const spent = new SpentTickets();
    for (let n = 0; n < 1_000; n++) spent.spend(`old-${n}`, 1_100, 1_000);
    spent.spend('young', 1_300, 1_050);
    expect(spent.size).toBe(1_001);
    spent.spend('new', 1_400, 1_120);
    expect(spent.size).toBe(2);
    expect(spent.spend('young', 1_300, 1_120)).toBe(false);
  });
});
