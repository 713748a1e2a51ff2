import { expect, it } from '@jest/globals';
import { affordableCaptures, load } from './support/load-program.js';

it('real captures arrive whole at two gateways and two extractors over NATS that are started cold', async () => {
  const captures = await affordableCaptures();
  const { code, said } = await load('--shape', 'nats', '--captures', String(captures));
  expect({ code, said }).toMatchObject({ code: 0, said: expect.stringContaining(`'${captures} of ${captures}'`) });
  expect(said).toMatch(/completed with a frame lost +│ 0 /);
});
