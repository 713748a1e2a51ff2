import { describe, expect, it } from '@jest/globals';
import { Holdings } from './holdings.js';

const of = (user_id: string, session_id = 's1') => ({ user_id, session_id });

describe('holdings', () => {
  it('count for the session, the user and all', () => {
    const held = new Holdings();
    held.add(of('u1'), 5);
    held.add(of('u1', 's2'), 2);
    held.add(of('u2'), 3);
    held.add(of('u1'), -1);
    expect([held.ofSession(of('u1')), held.ofUser(of('u1')), held.total]).toEqual([4, 6, 9]);
    expect([held.ofSession(of('u3')), held.ofUser(of('u3'))]).toEqual([0, 0]);
  });

  it('are heaviest in the session that has most of the user who has most', () => {
    const held = new Holdings();
    expect(held.heaviest()).toBeUndefined();
    held.add(of('u1'), 4);
    held.add(of('u2', 's1'), 2);
    held.add(of('u2', 's2'), 3);
    expect(held.heaviest()).toEqual(of('u2', 's2'));
    expect(held.heaviestOf(of('u1'))).toEqual(of('u1'));
    held.add(of('u2', 's2'), -3);
    expect(held.heaviest()).toEqual(of('u1'));
    expect(held.heaviestOf({ user_id: 'u3' })).toBeUndefined();
  });
});
