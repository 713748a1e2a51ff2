import { type CaptureTicketClaims, TICKET_AUDIENCE } from '@a3cp/capture-protocol';
import { SignJWT } from 'jose';
import { randomUUID } from 'node:crypto';
import { secret } from './config.js';

/** A capture ticket for one connection within a minute. */
export function issueTicket(user_id: string, session_id: string): Promise<string> {
  const claims: CaptureTicketClaims = { jti: randomUUID(), user_id, session_id };
  return new SignJWT({ ...claims })
    .setProtectedHeader({ alg: 'HS256' })
    .setAudience(TICKET_AUDIENCE)
    .setIssuedAt()
    .setExpirationTime('1 minute')
    .sign(new TextEncoder().encode(secret));
}
