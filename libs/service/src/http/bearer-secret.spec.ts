import { describe, expect, it } from '@jest/globals';
import { BearerSecret } from './bearer-secret.js';

const SECRET = 'a secret of just thirty-two byte';

describe('BearerSecret', () => {
  it.each([`Bearer ${SECRET}`, `bearer ${SECRET}`, `BEARER   ${SECRET}`])('is in %j', (authorization) => {
    expect(new BearerSecret(SECRET).isIn(authorization)).toBe(true);
  });

  it.each([
    undefined,
    '',
    'Bearer',
    'Bearer ',
    SECRET,
    `Basic ${SECRET}`,
    `Bearer${SECRET}`,
    `Bearer ${SECRET.slice(1)}`,
    `Bearer ${SECRET}x`,
    `Bearer ${SECRET.toUpperCase()}`,
    `Bearer ${SECRET}, Bearer ${SECRET}`,
  ])('is not in %j', (authorization) => {
    expect(new BearerSecret(SECRET).isIn(authorization)).toBe(false);
  });

  it('has at least 32 bytes, and is not repeated where it has not', () => {
    expect(() => new BearerSecret(SECRET.slice(1))).toThrow(/^secret must have at least 32 bytes$/);
  });
});
