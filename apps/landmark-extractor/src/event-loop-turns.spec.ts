import { describe, expect, it } from '@jest/globals';
import { EventLoopTurns } from './event-loop-turns.js';

describe('the turns of the event loop', () => {
  it('are one for each caller, in the order of the calls', async () => {
    const turns = new EventLoopTurns();
    const happened: string[] = [];
    // a timer of this phase runs once in each turn of the event loop
    let turn = 0;
    const count = (): void => {
      turn += 1;
      immediate = setImmediate(count);
    };
    let immediate = setImmediate(count);
    const work = async (name: string): Promise<void> => {
      for (let step = 0; step < 3; step++) {
        await turns.next();
        happened.push(`${name} in ${turn}`);
      }
    };
    await Promise.all([work('a'), work('b'), work('c')]);
    clearImmediate(immediate);
    expect(happened.map((each) => each[0]).join('')).toBe('abcabcabc');
    expect(new Set(happened.map((each) => each.slice(1))).size).toBe(9);
  });
});
