import { describe, expect, it } from '@jest/globals';
import { isFromThisMachine, pageOf } from './results-access.js';

const host = 'a.example:3000';

describe('the page that sent a request', () => {
  it.each([
    [{ 'sec-fetch-site': 'same-origin' }, 'own'],
    [{ 'sec-fetch-site': 'same-site' }, 'other'],
    [{ 'sec-fetch-site': 'cross-site' }, 'other'],
    [{ 'sec-fetch-site': 'what is not known yet' }, 'other'],
    [{ 'sec-fetch-site': 'none' }, 'none'],
    [{ 'sec-fetch-site': 'cross-site', origin: `https://${host}` }, 'other'],
    [{ 'sec-fetch-site': 'none', origin: 'https://b.example' }, 'other'],
    [{ origin: `https://${host}` }, 'own'],
    [{ origin: 'https://a.example' }, 'other'],
    [{ origin: 'https://a.example:3001' }, 'other'],
    [{ origin: 'https://b.example:3000' }, 'other'],
    [{ origin: 'null' }, 'other'],
    [{ origin: '' }, 'other'],
    [{}, 'none'],
  ] as const)('given %j, then it is %s', (headers, page) => {
    expect(pageOf({ host, ...headers })).toBe(page);
  });

  it('is another one where the request names no host', () => {
    expect(pageOf({ origin: 'https://a.example' })).toBe('other');
  });
});

describe('a request from this machine', () => {
  it.each(['127.0.0.1', '127.9.9.9', '::1', '::ffff:127.0.0.1'])('comes from %s', (address) => {
    expect(isFromThisMachine({}, address)).toBe(true);
  });

  it.each([undefined, '', '10.0.0.1', '128.0.0.1', '::2', '::ffff:10.0.0.1', 'fe80::1', 'localhost'])(
    'does not come from %s',
    (address) => {
      expect(isFromThisMachine({}, address)).toBe(false);
    },
  );

  it.each([{ 'x-forwarded-for': '127.0.0.1' }, { forwarded: 'for=127.0.0.1' }])(
    'did not come through a proxy: %j',
    (headers) => {
      expect(isFromThisMachine(headers, '127.0.0.1')).toBe(false);
    },
  );
});
