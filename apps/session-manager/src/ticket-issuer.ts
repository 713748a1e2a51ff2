import { type CaptureTicketClaims, TICKET_AUDIENCE } from '@a3cp/capture-protocol';
import { Injectable } from '@nestjs/common';
import { SignJWT } from 'jose';
import { randomUUID } from 'node:crypto';

/** Long enough to connect with, short enough to be worth nothing to who finds it. */
const TICKET_LIFE_S = 60;

/** What `sessions.ticket` answers. docs/integration/sessions.md, "Issuing tickets". */
export interface IssuedTicket {
  readonly ticket: string;
  /** ISO 8601, UTC. */
  readonly expires_at: string;
}

/** Signs capture tickets with a secret it shares with the gateway (HS256). docs/integration/sessions.md, "Issuing tickets". */
@Injectable()
export class TicketIssuer {
  readonly #secret: Uint8Array;

  constructor(secret: string) {
    this.#secret = new TextEncoder().encode(secret);
  }

  /** A ticket for one connection, and when it can no longer be used. */
  async issue(what: Omit<CaptureTicketClaims, 'jti'>): Promise<IssuedTicket> {
    const issued_at = Math.floor(Date.now() / 1000);
    const expires_at = issued_at + TICKET_LIFE_S;
    const claims: CaptureTicketClaims = { jti: randomUUID(), ...what };
    const ticket = await new SignJWT({ ...claims, aud: TICKET_AUDIENCE, iat: issued_at, exp: expires_at })
      .setProtectedHeader({ alg: 'HS256' })
      .sign(this.#secret);
    return { ticket, expires_at: new Date(expires_at * 1000).toISOString() };
  }
}
