import { SignJWT } from 'jose';
import { randomUUID } from 'node:crypto';

/** Of the authority and the gateway. */
export const TICKET_SECRET = 'a secret of at least thirty-two bytes';

export const keyOf = (secret: string): Uint8Array => new TextEncoder().encode(secret);

/** Seconds since 1970. */
export const now = (): number => Math.floor(Date.now() / 1000);

/** A good ticket, but for what a test wants otherwise; `undefined` leaves a claim out. */
export function ticketOf(
  claims: object = {},
  key: Parameters<SignJWT['sign']>[0] = keyOf(TICKET_SECRET),
  alg = 'HS256',
  kid = 'k1',
): Promise<string> {
  const whose = { aud: 'camera_feed_worker', user_id: 'u1', session_id: 's1' };
  const good = { ...whose, jti: randomUUID(), iat: now(), exp: now() + 60 };
  return new SignJWT({ ...good, ...claims }).setProtectedHeader({ alg, kid }).sign(key);
}

/** The headers of a client that is no browser. */
export const asBearer = (ticket: string): Record<string, string> => ({ Authorization: `Bearer ${ticket}` });
