import {
  type CaptureGrant,
  type Clock,
  PeerLog,
  type SharedTickets,
  type SpentTicket,
  SpentTickets,
  SystemClock,
  TICKET_TOLERANCE_S,
} from '@a3cp/capture-domain';
import {
  type CaptureTicketClaims,
  MAX_IDENTIFIER_CHARACTERS,
  MAX_TICKET_LIFE_S,
  MIN_SECRET_BYTES,
  TICKET_AUDIENCE,
  TICKET_SUBPROTOCOL_PREFIX,
} from '@a3cp/capture-protocol';
import type { OnApplicationBootstrap } from '@nestjs/common';
import { errors, jwtVerify, type JWTPayload, type JWTVerifyGetKey } from 'jose';
import { createHash } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import { CaptureAuthorizer } from './capture-authorizer.js';
import { TicketKeys } from './ticket-keys.js';

/** The key of valid tickets: a secret (HS256, at least 32 bytes), or the keys at a URL (RS256, ES256). */
export type TicketKey = { readonly secret: string } | { readonly jwks_url: string };

type Ticket = CaptureTicketClaims & { readonly iat: number; readonly exp: number };

/** For the other processes' word on a ticket, milliseconds; as long as for a claim. */
const SHARED_TIMEOUT_MS = 250;

/** What jose throws when the keys could not be fetched, which says nothing about the ticket. */
const KEYS_UNAVAILABLE = ['ERR_JOSE_GENERIC', 'ERR_JWKS_TIMEOUT', 'ERR_JWKS_INVALID'];

/** Authorizes a connection with a signed, unused ticket, for what the ticket says only. PROTOCOL.md, "Tickets". */
export class TicketAuthorizer extends CaptureAuthorizer implements OnApplicationBootstrap {
  readonly #key: JWTVerifyGetKey;
  readonly #algorithms: string[];
  readonly #spent: SpentTickets;
  readonly #log: PeerLog;

  /** @param shared the used tickets of all processes; null if this process knows its own only, which it logs at its start */
  constructor(
    key: TicketKey,
    private readonly shared: SharedTickets | null = null,
    private readonly clock: Clock = new SystemClock(),
  ) {
    super();
    this.#spent = new SpentTickets(clock);
    this.#log = new PeerLog(TicketAuthorizer.name, clock);
    // the wrong value can be the secret itself, and no error may repeat it
    if (typeof (key as unknown) !== 'object') throw new Error('TicketAuthorizer needs { secret } or { jwks_url }');
    if ('secret' in key) {
      const secret = new TextEncoder().encode(key.secret);
      if (secret.length < MIN_SECRET_BYTES) {
        throw new Error(`TicketAuthorizer: secret must have at least ${MIN_SECRET_BYTES} bytes`);
      }
      this.#key = () => secret;
      this.#algorithms = ['HS256'];
    } else {
      this.#key = new TicketKeys(key.jwks_url, clock).find;
      this.#algorithms = ['RS256', 'ES256'];
    }
  }

  onApplicationBootstrap(): void {
    if (this.shared === null)
      this.#log.warn(
        'Only this process knows its used tickets; other processes of this platform would accept them again',
      );
  }

  async authorize(request: IncomingMessage): Promise<CaptureGrant | null> {
    const [ticket, ...more] = ticketsOf(request);
    if (ticket === undefined || more.length > 0) return null;
    const claims = await this.#verify(ticket);
    if (claims === null) return null;
    const { jti, iat, exp, user_id, session_id, capture_id = null } = claims;
    const dies_at = Math.min(exp, iat + MAX_TICKET_LIFE_S) + TICKET_TOLERANCE_S;
    const unused = await this.#spend({ ticket_id: digest(jti), dies_at });
    return unused ? { user_id, session_id, capture_id } : null;
  }

  /** In this process, and then in all. */
  async #spend(ticket: SpentTicket): Promise<boolean> {
    if (!this.#spent.spend(ticket)) return false;
    if (this.shared === null) return true;
    try {
      return await this.#inTime(this.shared.spend(ticket));
    } catch {
      // a capture costs its user an effort that a second use elsewhere is not worth
      this.#log.warn('The other processes do not answer: they accept a ticket that was used here');
      return true;
    }
  }

  #inTime<Answer>(answer: Promise<Answer>): Promise<Answer> {
    return new Promise((resolve, reject) => {
      const stop = this.clock.every(SHARED_TIMEOUT_MS, () => {
        stop();
        reject(new Error('no answer in time'));
      });
      void answer.then(resolve, reject).finally(stop);
    });
  }

  async #verify(ticket: string): Promise<Ticket | null> {
    const options = {
      algorithms: this.#algorithms,
      audience: TICKET_AUDIENCE,
      maxTokenAge: MAX_TICKET_LIFE_S,
      clockTolerance: TICKET_TOLERANCE_S,
      currentDate: this.clock.date(),
    };
    const verified = await jwtVerify(ticket, this.#key, options).catch((error: unknown) => {
      if (error instanceof errors.JOSEError && !KEYS_UNAVAILABLE.includes(error.code)) return null;
      // the error is left out: it can contain the URL, and a secret in it
      throw new Error('the ticket keys could not be fetched');
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

function digest(jti: string): string {
  return createHash('sha256').update(jti).digest('base64url');
}

function isName(claim: unknown): boolean {
  return typeof claim === 'string' && claim !== '' && Array.from(claim).length <= MAX_IDENTIFIER_CHARACTERS;
}
