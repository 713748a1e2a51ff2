import type { CaptureClaim, ClaimAnswer, ClaimRefusal, EndedSession, SpentTicket } from '@a3cp/capture-domain';
import { MAX_SENT_IDENTIFIER_CHARACTERS } from '@a3cp/capture-protocol';
import { headers, type Msg } from '@nats-io/transport-node';
import { createHash } from 'node:crypto';
import { MAX_HEADER_BYTES, type NatsMessage } from './nats-framing.js';
import { HEADER, knownHeader, newHeader } from './nats-header.js';
import { CLOSED_SUBJECTS } from './nats-subjects.js';

/** In one message. */
const MAX_CLAIMS_IN_MESSAGE = 50;

/** A claim in JSON: three identifiers, whose characters take up to 4 bytes in UTF-8, and their names. */
const MAX_CLAIM_BYTES = 3 * MAX_SENT_IDENTIFIER_CHARACTERS * 4 + 128;

/** The longest message of claims: that many, and 1 KB of headers. */
const MAX_HELD_BYTES = MAX_CLAIMS_IN_MESSAGE * MAX_CLAIM_BYTES + 1_024;

/**
 * The longest message that a gateway sends, of frames or of claims. Both of its connections ask the server for it, so whichever
 * is first names the number that the operator must set.
 */
export const longestMessageBytes = (max_frame_bytes: number): number =>
  Math.max(max_frame_bytes + MAX_HEADER_BYTES, MAX_HELD_BYTES);

/**
 * What a gateway sends to the registrar. `held` is all its claims, in parts that are numbered from 1.
 * docs/integration/several-gateways.md.
 */
export type RegistrarRequest = { readonly gateway_id: string } & (
  | { readonly kind: 'claim'; readonly claim: CaptureClaim }
  | { readonly kind: 'release'; readonly capture_id: string }
  | { readonly kind: 'ticket'; readonly ticket: SpentTicket }
  | { readonly kind: 'held'; readonly part: number; readonly parts: number; readonly claims: readonly CaptureClaim[] }
);

/** The registrar's answer to the last part of `held`. */
export const HELD_ANSWER = JSON.stringify({ event: 'held.ack' });

/** What the registrar answers to the use of a ticket. */
interface TicketAnswer {
  readonly event: 'ticket.accepted' | 'ticket.refused';
}

/** What the registrar answers to a claim. */
type RegistrarAnswer = { readonly event: 'claim.granted' } | ({ readonly event: 'claim.refused' } & ClaimRefusal);

/** The NATS message of a claim, a release, the use of a ticket, or one part of `held`. docs/integration/several-gateways.md. */
export function encodeRegistrarRequest({ kind, gateway_id, ...content }: RegistrarRequest): NatsMessage {
  const header = newHeader(kind);
  header.set(HEADER.gateway_id, gateway_id);
  return { headers: header, payload: JSON.stringify(content) };
}

/** All that a gateway has claimed, in as many messages as it takes, and in one if that is nothing. */
export function encodeHeld(gateway_id: string, claims: readonly CaptureClaim[]): NatsMessage[] {
  const parts = partsOf(claims);
  return parts.map((some, index) =>
    encodeRegistrarRequest({ kind: 'held', gateway_id, part: index + 1, parts: parts.length, claims: some }),
  );
}

function partsOf(claims: readonly CaptureClaim[]): readonly (readonly CaptureClaim[])[] {
  const count = Math.max(1, Math.ceil(claims.length / MAX_CLAIMS_IN_MESSAGE));
  return Array.from({ length: count }, (_, n) =>
    claims.slice(n * MAX_CLAIMS_IN_MESSAGE, (n + 1) * MAX_CLAIMS_IN_MESSAGE),
  );
}

/** Reads what a gateway sent; throws if it is not of this framing. */
export function decodeRegistrarRequest(message: Pick<Msg, 'headers' | 'json'>): RegistrarRequest {
  const header = knownHeader(message.headers);
  const gateway_id = header.get(HEADER.gateway_id);
  const content = fieldsOf(message.json());
  const kind = header.get(HEADER.kind);
  switch (kind) {
    case 'claim':
      return { kind, gateway_id, claim: claimOf(content['claim']) };
    case 'release':
      return { kind, gateway_id, capture_id: textOf(content['capture_id']) };
    case 'ticket':
      return { kind, gateway_id, ticket: ticketOf(content['ticket']) };
    case 'held': {
      const { part, parts, claims } = content;
      if (!Array.isArray(claims)) throw new Error('not a list of claims');
      return { kind, gateway_id, part: Number(part), parts: Number(parts), claims: claims.map(claimOf) };
    }
    default:
      throw new Error('unknown kind of the NATS framing');
  }
}

/** The text of the answer to a claim. docs/integration/several-gateways.md. */
export function encodeRegistrarAnswer(answer: ClaimAnswer): string {
  const content: RegistrarAnswer =
    answer === 'granted' ? { event: 'claim.granted' } : { event: 'claim.refused', ...answer };
  return JSON.stringify(content);
}

/** Reads what the registrar answered; throws if it is not of this framing. */
export function decodeRegistrarAnswer(answer: Pick<Msg, 'json'>): ClaimAnswer {
  const content = answer.json<RegistrarAnswer>();
  switch (content.event) {
    case 'claim.granted':
      return 'granted';
    case 'claim.refused':
      return { error_code: content.error_code, reason: content.reason };
    default:
      throw new Error('unknown answer of the NATS framing');
  }
}

/** The text of the answer to the use of a ticket. docs/integration/several-gateways.md. */
export function encodeTicketAnswer(unused: boolean): string {
  const content: TicketAnswer = { event: unused ? 'ticket.accepted' : 'ticket.refused' };
  return JSON.stringify(content);
}

/** Whether the ticket was unused, as the registrar answered; throws if the answer is not of this framing. */
export function decodeTicketAnswer(answer: Pick<Msg, 'json'>): boolean {
  const { event } = answer.json<TicketAnswer>();
  switch (event) {
    case 'ticket.accepted':
      return true;
    case 'ticket.refused':
      return false;
    default:
      throw new Error('unknown answer of the NATS framing');
  }
}

/** The subject of a session's end. No identifier of a client is part of a subject. */
export function closedSubject({ user_id, session_id }: EndedSession): string {
  const token = createHash('sha256')
    .update(JSON.stringify([user_id, session_id]))
    .digest('base64url');
  return CLOSED_SUBJECTS.replace('*', token);
}

/** The message that reports the end of a session to all gateways. docs/integration/several-gateways.md. */
export function encodeEndedSession({ user_id, session_id }: EndedSession): NatsMessage {
  return { headers: headers(), payload: JSON.stringify({ user_id, session_id }) };
}

/** Reads what session_manager sent; throws if it is not of this framing. */
export function decodeEndedSession(message: Pick<Msg, 'json'>): EndedSession {
  const { user_id, session_id } = fieldsOf(message.json());
  return { user_id: textOf(user_id), session_id: textOf(session_id) };
}

function claimOf(value: unknown): CaptureClaim {
  const { capture_id, user_id, session_id } = fieldsOf(value);
  return { capture_id: textOf(capture_id), user_id: textOf(user_id), session_id: textOf(session_id) };
}

function ticketOf(value: unknown): SpentTicket {
  const { ticket_id, dies_at } = fieldsOf(value);
  if (typeof dies_at !== 'number') throw new Error('not a number');
  return { ticket_id: textOf(ticket_id), dies_at };
}

function fieldsOf(value: unknown): Readonly<Record<string, unknown>> {
  if (typeof value !== 'object' || value === null) throw new Error('not an object');
  return value as Readonly<Record<string, unknown>>;
}

function textOf(value: unknown): string {
  if (typeof value !== 'string') throw new Error('not a text');
  return value;
}
