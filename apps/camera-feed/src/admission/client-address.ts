import type { IncomingMessage } from 'node:http';
import { isIP } from 'node:net';

/** What of a request says where it comes from. */
type AddressedRequest = Pick<IncomingMessage, 'headers'> & {
  readonly socket: Pick<IncomingMessage['socket'], 'remoteAddress'>;
};

/** An entry with a port: an IPv4 address as it is, an IPv6 address in brackets, which may also stand without a port. */
const WITH_PORT = /^(?:([\d.]+):\d+|\[([^\]]+)\](?::\d+)?)$/;

/**
 * Returns the address that a request counts for: that of its connection or, behind trusted proxies, the one that the first of
 * them saw. Entries that the client itself wrote into `X-Forwarded-For` stand further to the left and are never read. An entry
 * that is not an address counts as the connection's own. An IPv6 address counts as its /64, since one customer has a /64.
 * docs/integration/platform.md, "Addresses".
 */
export function clientAddress({ headers, socket }: AddressedRequest, trusted_proxy_hops: number): string {
  const own = connectionAddress(socket);
  if (trusted_proxy_hops === 0) return own;
  const forwarded = String(headers['x-forwarded-for'] ?? '').split(',');
  const entry = forwarded.at(-trusted_proxy_hops)?.trim() ?? '';
  const [, ipv4, ipv6] = WITH_PORT.exec(entry) ?? [];
  const seen = ipv4 ?? ipv6 ?? entry;
  return isIP(seen) === 0 ? own : networkOf(seen);
}

/** The address a connection itself counts for. */
export function connectionAddress({ remoteAddress }: AddressedRequest['socket']): string {
  return networkOf(remoteAddress ?? '');
}

function networkOf(address: string): string {
  const [, mapped] = /^::ffff:([\d.]+)$/i.exec(address) ?? [];
  if (mapped !== undefined) return mapped;
  if (isIP(address) !== 6) return address;
  // a zone may hold colons of its own
  const [head = '', tail] = address.replace(/%.*/, '').split('::');
  const groups = groupsOf(head);
  if (tail !== undefined) {
    const last = groupsOf(tail);
    groups.push(...new Array<string>(8 - groups.length - last.length).fill('0'), ...last);
  }
  return `${groups.slice(0, 4).map(canonical).join(':')}::/64`;
}

/** An IPv4 address at the end stands for two groups, both of which lie behind the /64. */
function groupsOf(text: string): string[] {
  if (text === '') return [];
  return text.split(':').flatMap((group) => (group.includes('.') ? ['0', '0'] : [group]));
}

function canonical(group: string): string {
  return parseInt(group, 16).toString(16);
}
