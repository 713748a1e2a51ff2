import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { Ranking } from './ranking.js';

describe('a ranking', () => {
  it('has the first of what was added and not removed, however often each', () => {
    const changes = fc.array(fc.tuple(fc.constantFrom('add', 'delete'), fc.integer({ min: 0, max: 20 })));
    fc.assert(
      fc.property(changes, (all) => {
        const [ranking, model] = [new Ranking<number>((a, b) => a - b), new Set<number>()];
        for (const [change, number] of all) {
          ranking[change](number);
          model[change](number);
          expect(ranking.first).toBe(model.size === 0 ? undefined : Math.min(...model));
        }
      }),
    );
  });
});
