import { describe, expect, it } from '@jest/globals';
import { affordableCaptures, load } from './support/load-program.js';

describe('npm run bench:captures', () => {
  it('sees real captures arrive whole at a gateway and an extractor that are started cold', async () => {
    const captures = await affordableCaptures();
    const { code, said } = await load('--shape', 'direct', '--captures', String(captures));
    expect({ code, said }).toMatchObject({ code: 0, said: expect.stringContaining(`'${captures} of ${captures}'`) });
    expect(said).toMatch(/completed with a frame lost +│ 0 /);
  });

  it.each([
    ['--captures', '0'],
    ['--captures', 'many'],
    ['--shape', 'round'],
    ['--seconds', '16'],
  ])('says what is wrong with %s %s', async (option, value) => {
    const { code, said } = await load(option, value);
    expect({ code, said }).toMatchObject({ code: 2, said: expect.stringContaining(option) });
  });
});
