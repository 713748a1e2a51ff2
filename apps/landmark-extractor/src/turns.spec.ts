import { describe, expect, it } from '@jest/globals';
import { Turns } from './turns.js';

const waits = (name: string, user_id: string, session_id = 's1') => ({ name, owner: { user_id, session_id } });

function takeAll(turns: Turns<ReturnType<typeof waits>>): string {
  let taken = '';
  for (let next = turns.take(); next; next = turns.take()) taken += next.name;
  return taken;
}

describe('turns', () => {
  it('go from user to user, then from session to session, then from thing to thing', () => {
    const turns = new Turns<ReturnType<typeof waits>>();
    for (const thing of [waits('a', 'u1'), waits('b', 'u1'), waits('c', 'u1', 's2'), waits('d', 'u2')])
      turns.add(thing);
    expect(takeAll(turns)).toBe('adcb');
  });

  it('come once for a thing, however often it is added, and not for one that is removed', () => {
    const turns = new Turns<ReturnType<typeof waits>>();
    const [a, b] = [waits('a', 'u1'), waits('b', 'u1')];
    for (const thing of [a, a, b]) turns.add(thing);
    turns.delete(a);
    turns.delete(a);
    expect(takeAll(turns)).toBe('b');
    expect(turns.take()).toBeUndefined();
  });

  it('of a thing that is added again come after those that waited', () => {
    const turns = new Turns<ReturnType<typeof waits>>();
    const [a, b] = [waits('a', 'u1'), waits('b', 'u2')];
    turns.add(a);
    turns.add(b);
    expect(turns.take()).toBe(a);
    turns.add(a);
    expect(takeAll(turns)).toBe('ba');
  });
});
