/** The prefix of the ticket in an entry of `Sec-WebSocket-Protocol`. docs/integration/sessions.md, "Issuing tickets". */
export const TICKET_SUBPROTOCOL_PREFIX = 'a3cp.ticket.';

/** The `aud` of every ticket, so that no other token of the same key is one. */
export const TICKET_AUDIENCE = 'camera_feed_worker';

/** Seconds after its `iat` in which a ticket can be used, even if its `exp` is later. */
export const MAX_TICKET_LIFE_S = 300;

/** The least length of a secret, as HS256 requires it: fewer bytes could be guessed. */
export const MIN_SECRET_BYTES = 32;

/** What a ticket says besides `aud`, `iat` and `exp`. docs/integration/sessions.md, "Issuing tickets". */
export interface CaptureTicketClaims {
  /** Unique for each ticket; a ticket is good once. */
  jti: string;
  user_id: string;
  session_id: string;
  /** Absent or null for any capture of the session. */
  capture_id?: string | null;
}
