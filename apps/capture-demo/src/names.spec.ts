import { describe, expect, it } from '@jest/globals';
import { alikeName } from './names.js';

describe('a name that resembles one of before', () => {
  it.each([
    ['Mia', 'mia'],
    ['MIA', 'mia'],
    ['Anna  Lena', 'Anna Lena'],
    ['AnnaLena', 'Anna Lena'],
    ['Zoe\u0308', 'Zo\u00eb'],
  ])('%s is asked about, as %s', (typed, known) => {
    expect(alikeName(['tom', known], typed)).toBe(known);
  });

  it.each(['mia', 'mio', 'm', ''])('%s is not asked about', (typed) => {
    expect(alikeName(['tom', 'mia'], typed)).toBeNull();
  });

  it('is not asked about if it was used before itself', () => {
    expect(alikeName(['mia', 'Mia'], 'Mia')).toBeNull();
  });
});
