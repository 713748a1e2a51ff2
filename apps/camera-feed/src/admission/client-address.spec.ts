import { describe, expect, it } from '@jest/globals';
import { clientAddress } from './client-address.js';

function addressOf(remoteAddress: string | undefined, forwarded?: string, hops = 0): string {
  const headers = forwarded === undefined ? {} : { 'x-forwarded-for': forwarded };
  return clientAddress({ headers, socket: { remoteAddress } }, hops);
}

describe('the address a request counts for', () => {
  it.each([
    ['192.0.2.1', '192.0.2.1'],
    ['::ffff:192.0.2.1', '192.0.2.1'],
    ['::1', '0:0:0:0::/64'],
    ['2001:db8:1:2:3:4:5:6', '2001:db8:1:2::/64'],
    ['2001:0DB8:0001:0002::6', '2001:db8:1:2::/64'],
    ['2001:db8::3:4:5:6:7', '2001:db8:0:3::/64'],
    ['1::2:3:4:5:6:7', '1:0:2:3::/64'],
    ['2001:db8:1::192.0.2.1', '2001:db8:1:0::/64'],
    ['fe80::1%eth0', 'fe80:0:0:0::/64'],
    ['fe80::1%a:b:c:d:e:f:g:h:i', 'fe80:0:0:0::/64'],
    [undefined, ''],
  ])('given a connection from %s, then %s', (remote, expected) => {
    expect(addressOf(remote)).toBe(expected);
  });

  it.each([
    ['no proxy is trusted', '198.51.100.7', 0, '192.0.2.1'],
    ['one proxy is trusted', '198.51.100.7', 1, '198.51.100.7'],
    ['one proxy is trusted, and the client wrote a header of its own', '203.0.113.9, 198.51.100.7', 1, '198.51.100.7'],
    ['two proxies are trusted', '203.0.113.9,198.51.100.7 , 10.0.0.1', 2, '198.51.100.7'],
    ['the header is shorter than the proxies are many', '198.51.100.7', 2, '192.0.2.1'],
    ['there is no header', undefined, 1, '192.0.2.1'],
    ['the header holds no address there', 'unknown', 1, '192.0.2.1'],
    ['the proxy saw an IPv6 address', '2001:db8:1:2:3:4:5:6', 1, '2001:db8:1:2::/64'],
  ])('given that %s, then that of the right hop', (_what, forwarded, hops, expected) => {
    expect(addressOf('192.0.2.1', forwarded, hops)).toBe(expected);
  });

  it.each([
    ['203.0.113.7:40001', '203.0.113.7'],
    ['[2001:db8:1:2::7]:40001', '2001:db8:1:2::/64'],
    ['[2001:db8:1:2::7]', '2001:db8:1:2::/64'],
    ['[::ffff:203.0.113.7]:443', '203.0.113.7'],
    ['[fe80::1%eth0]:443', 'fe80:0:0:0::/64'],
    ['2001:db8:1:2::7', '2001:db8:1:2::/64'],
    ['198.51.100.1, 203.0.113.7:40001', '203.0.113.7'],
  ])('given an entry with a port or brackets, %s, then the address in it', (forwarded, expected) => {
    expect(addressOf('192.0.2.1', forwarded, 1)).toBe(expected);
  });

  it.each(
    [
      ['unknown', '_hidden', '', '203.0.113.7,', ':443', '[]:443', '[203.0.113.7', '203.0.113.7]', '[unknown]:443'],
      ['203.0.113.7:', '203.0.113.7:http', '203.0.113.7:1:2', '203.0.113.256:80', '[2001:db8::1]x', '[2001:db8::1]:'],
    ].flat(),
  )('given an entry that is no address, %p, then that of the connection', (forwarded) => {
    expect(addressOf('192.0.2.1', forwarded, 1)).toBe('192.0.2.1');
  });
});
