import type { IncomingHttpHeaders } from 'node:http';
import { BlockList, isIPv6 } from 'node:net';

const LOOPBACK = new BlockList();
LOOPBACK.addSubnet('127.0.0.0', 8);
LOOPBACK.addAddress('::1', 'ipv6');

/**
 * Whether a page sent the request: one of the origin that the request is for, one of another origin, or none. A browser says so in
 * `Sec-Fetch-Site`, and an older one in the `Origin` of some requests. A program sends neither, or what it likes.
 */
export function pageOf(headers: IncomingHttpHeaders): 'own' | 'other' | 'none' {
  const { 'sec-fetch-site': site, origin, host } = headers;
  if (site === 'same-origin') return 'own';
  // `none` is an address that a person typed
  if (site !== undefined && site !== 'none') return 'other';
  if (origin === undefined) return 'none';
  return URL.canParse(origin) && new URL(origin).host === host ? 'own' : 'other';
}

/** Whether the request comes from this machine, and not through a proxy on it that says so. */
export function isFromThisMachine(headers: IncomingHttpHeaders, remote_address: string | undefined): boolean {
  if (remote_address === undefined || headers['x-forwarded-for'] !== undefined || headers.forwarded !== undefined) {
    return false;
  }
  return LOOPBACK.check(remote_address, isIPv6(remote_address) ? 'ipv6' : 'ipv4');
}
