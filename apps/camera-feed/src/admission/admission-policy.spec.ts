import { describe, expect, it } from '@jest/globals';
import { admissionPolicy, admitsOrigin, DEFAULT_ADMISSION_POLICY } from './admission-policy.js';

describe('the policy', () => {
  it('given nothing, then the defaults, which nobody can change', () => {
    expect(admissionPolicy()).toEqual(DEFAULT_ADMISSION_POLICY);
    expect(Object.isFrozen(admissionPolicy({ trusted_proxy_hops: 1 }))).toBe(true);
  });

  it.each([
    'care.example',
    'https://care.example/',
    'https://care.example/page',
    'HTTPS://care.example',
    'https://care.example:443',
    'https://u:p@care.example',
    '*',
    'null',
    '',
  ])('given %p for an origin, then it is refused by name', (origin) => {
    expect(() => admissionPolicy({ allowed_origins: ['https://a.example', origin] })).toThrow(
      /^allowed_origins must be/,
    );
  });

  it.each([-1, 1.5, NaN, Infinity, '1' as unknown as number])(
    'given %p trusted hops, then it is refused by name',
    (hops) => {
      expect(() => admissionPolicy({ trusted_proxy_hops: hops })).toThrow(/^trusted_proxy_hops must be/);
    },
  );
});

describe('given the default', () => {
  it.each([
    ['http://127.0.0.1:3000', '127.0.0.1:3000', true],
    ['https://care.example', 'care.example', true],
    ['https://care.example', 'care.example:443', true],
    ['http://care.example', 'care.example:80', true],
    ['https://care.example', 'CARE.example', true],
    ['https://care.example', 'care.example:8443', false],
    ['https://care.example:8443', 'care.example', false],
    ['https://evil.example', 'care.example', false],
    ['https://care.example.evil.example', 'care.example', false],
    ['https://care.example/', 'care.example', false],
    ['https://care.example', undefined, false],
    ['https://care.example', '', false],
    ['https://care.example', 'not a host', false],
    ['null', 'null', false],
    ['', '', false],
    [undefined, 'care.example', true],
  ])('an origin of %p for the host %p: %p', (origin, host, admitted) => {
    expect(admitsOrigin(DEFAULT_ADMISSION_POLICY, origin, host)).toBe(admitted);
  });
});

describe('given a list', () => {
  const policy = admissionPolicy({ allowed_origins: ['https://care.example'], allow_missing_origin: false });

  it.each([
    ['https://care.example', true],
    ['http://care.example', false],
    ['https://care.example:8443', false],
    ['https://own.example', false],
    ['null', false],
    [undefined, false],
  ])('an origin of %p: %p', (origin, admitted) => {
    expect(admitsOrigin(policy, origin, 'own.example')).toBe(admitted);
  });

  it('that is empty lets no page in', () => {
    const nobody = admissionPolicy({ allowed_origins: [] });
    expect(admitsOrigin(nobody, 'https://own.example', 'own.example')).toBe(false);
  });
});
