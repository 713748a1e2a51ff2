import { describe, expect, it } from '@jest/globals';
import { ReaderPlaces } from './reader-places.js';

const of = (user_id: string) => ({ user_id, session_id: 's1' });

/** Takes so many places of a capture each of which is free. */
function fill(places: ReaderPlaces, readers: number, capture_id: string, user_id: string): (() => void)[] {
  return Array.from({ length: readers }, () => {
    const giveBack = places.take(capture_id, of(user_id));
    if (typeof giveBack === 'string') throw new Error(`all of the ${giveBack} are taken`);
    return giveBack;
  });
}

describe('the places of readers', () => {
  it('are 20 for a capture', () => {
    const places = new ReaderPlaces();
    const [giveBack] = fill(places, 20, 'c1', 'u1');
    expect(places.take('c1', of('u1'))).toBe('capture');
    fill(places, 1, 'c2', 'u1');
    giveBack?.();
    fill(places, 1, 'c1', 'u1');
    expect(places.take('c1', of('u1'))).toBe('capture');
  });

  it('are 50 for the captures of a user', () => {
    const places = new ReaderPlaces();
    const [giveBack] = [
      ...fill(places, 20, 'c1', 'u1'),
      ...fill(places, 20, 'c2', 'u1'),
      ...fill(places, 10, 'c3', 'u1'),
    ];
    expect(places.take('c3', of('u1'))).toBe('user');
    fill(places, 1, 'c4', 'u2');
    giveBack?.();
    fill(places, 1, 'c3', 'u1');
  });

  it('are 200 for all', () => {
    const places = new ReaderPlaces();
    const all = Array.from({ length: 10 }, (_, n) => fill(places, 20, `c${n}`, `u${n}`)).flat();
    expect(places.taken).toBe(200);
    expect(places.take('c10', of('u10'))).toBe('all');
    for (const giveBack of all) giveBack();
    expect(places.taken).toBe(0);
    fill(places, 20, 'c1', 'u1');
  });
});
