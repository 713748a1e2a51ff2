import { type CaptureGrant, type Clock, SystemClock } from '@a3cp/capture-domain';
import {
  type CaptureTicketClaims,
  MAX_IDENTIFIER_CHARACTERS,
  MAX_TICKET_LIFE_S,
  MIN_SECRET_BYTES,
  TICKET_AUDIENCE,
  TICKET_SUBPROTOCOL_PREFIX,
} from '@a3cp/capture-protocol';
import { errors, jwtVerify, type JWTPayload, type JWTVerifyGetKey } from 'jose';
import type { IncomingMessage } from 'node:http';
import { CaptureAuthorizer } from './capture-authorizer.js';
import { SpentTickets } from './spent-tickets.js';
import { TicketKeys } from './ticket-keys.js';

/** Whose tickets are good: of who knows the secret (HS256, at least 32 bytes), or of the keys at the URL (RS256, ES256). */
export type TicketKey = { readonly secret: string } | { readonly jwks_url: string };

type Ticket = CaptureTicketClaims & { readonly iat: number; readonly exp: number };

/** How far two clocks may be apart, seconds. */
const CLOCK_TOLERANCE_S = 5;

/** What jose throws when the keys could not be had, which says nothing about the ticket. */
const KEYS_UNAVAILABLE = ['ERR_JOSE_GENERIC', 'ERR_JWKS_TIMEOUT', 'ERR_JWKS_INVALID'];

/**
 * Lets in whoever brings a signed ticket that this process has not seen before, and for nothing but what the ticket says.
 * PROTOCOL.md, "Tickets".
 */
export class TicketAuthorizer extends CaptureAuthorizer {
  readonly #key: JWTVerifyGetKey;
  readonly #algorithms: string[];
  readonly #spent = new SpentTickets();

  constructor(
    key: TicketKey,
    private readonly clock: Clock = new SystemClock(),
  ) {
    super();
    if ('secret' in key) {
      const secret = new TextEncoder().encode(key.secret);
      if (secret.length < MIN_SECRET_BYTES) throw new Error(`secret must have at least ${MIN_SECRET_BYTES} bytes`);
      this.#key = () => secret;
      this.#algorithms = ['HS256'];
    } else {
      this.#key = new TicketKeys(key.jwks_url, clock).find;
      this.#algorithms = ['RS256', 'ES256'];
    }
  }

  async authorize(request: IncomingMessage): Promise<CaptureGrant | null> {
    const [ticket, ...more] = ticketsOf(request);
    if (ticket === undefined || more.length > 0) return null;
    const claims = await this.#verify(ticket);
    if (claims === null) return null;
    const { jti, iat, exp, user_id, session_id, capture_id = null } = claims;
    const dies_at = Math.min(exp, iat + MAX_TICKET_LIFE_S) + CLOCK_TOLERANCE_S;
    const now = this.clock.date().getTime() / 1000;
    return this.#spent.spend(jti, dies_at, now) ? { user_id, session_id, capture_id } : null;
  }

  async #verify(ticket: string): Promise<Ticket | null> {
    const options = {
      algorithms: this.#algorithms,
      audience: TICKET_AUDIENCE,
      maxTokenAge: MAX_TICKET_LIFE_S,
      clockTolerance: CLOCK_TOLERANCE_S,
      currentDate: this.clock.date(),
    };
    const verified = await jwtVerify(ticket, this.#key, options).catch((error: unknown) => {
      if (error instanceof errors.JOSEError && !KEYS_UNAVAILABLE.includes(error.code)) return null;
      // what was thrown is left out: it may hold the URL, and with it whatever secret a host put there
      throw new Error('the keys of the tickets could not be had');
    });
    return verified !== null && isTicket(verified.payload) ? verified.payload : null;
  }
}

/** Every ticket the request carries. A URL is never looked at, since URLs are kept in logs and histories. */
function ticketsOf({ headers }: IncomingMessage): string[] {
  const [, bearer] = /^Bearer +(\S+)$/i.exec(headers.authorization ?? '') ?? [];
  const offered = (headers['sec-websocket-protocol'] ?? '').split(',');
  const entries = offered.map((entry) => entry.trim()).filter((entry) => entry.startsWith(TICKET_SUBPROTOCOL_PREFIX));
  const tickets = entries.map((entry) => entry.slice(TICKET_SUBPROTOCOL_PREFIX.length));
  return bearer === undefined ? tickets : [bearer, ...tickets];
}

function isTicket(claims: JWTPayload): claims is JWTPayload & Ticket {
  const { jti, user_id, session_id, capture_id, iat, exp } = claims;
  return [jti, user_id, session_id, capture_id ?? 'any'].every(isName) && iat !== undefined && exp !== undefined;
}

function isName(claim: unknown): boolean {
  return typeof claim === 'string' && claim !== '' && Array.from(claim).length <= MAX_IDENTIFIER_CHARACTERS;
}
