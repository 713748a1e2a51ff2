import type { ForwardItem, StreamEnd, StreamOpen } from '@a3cp/capture-domain';
import { MAX_SENT_IDENTIFIER_CHARACTERS } from '@a3cp/capture-protocol';
import type { Msg, MsgHdrs } from '@nats-io/transport-node';
import { decodeRequest, type DirectAnswer, encodeEnd, encodeOpen } from '../direct/direct-framing.js';
import { Nak } from '../landmark-extractor.js';
import { HEADER, knownHeader, newHeader, readFrame, writeFrame } from './nats-header.js';
import { isFrameSubject } from './nats-subjects.js';

/** What an extractor grants for one capture. docs/integration/nats.md. */
export interface Lease {
  readonly worker_id: string;
  /** Where all that follows is to be sent. */
  readonly subject: string;
  /** Names the capture at this extractor, and is good until the end. */
  readonly lease: string;
  /** How long the gateway may be silent. */
  readonly idle_ms: number;
}

/**
 * What the gateway sends over NATS. An `open` names its lease, so that a repeated open is not another capture; `release` gives a
 * lease up without an end. docs/integration/nats.md.
 */
export type NatsRequest =
  | { readonly kind: 'open'; readonly lease: string; readonly open: StreamOpen }
  | { readonly kind: 'frame'; readonly lease: string; readonly item: ForwardItem }
  | { readonly kind: 'end'; readonly lease: string; readonly end: StreamEnd }
  | { readonly kind: 'ping' | 'release'; readonly lease: string };

/** What the extractor answers over NATS. docs/integration/nats.md. */
export type NatsAnswer =
  | Exclude<DirectAnswer, { event: 'open.ack' }>
  | ({ readonly event: 'open.ack' } & Lease)
  | { readonly event: 'ping.ack' };

/** What acknowledges a frame, the end, or a ping. */
export type NatsAck = Exclude<NatsAnswer, { event: 'open.ack' | 'nak' }>;

/** A message as the engine takes it. */
export interface NatsMessage {
  readonly headers: MsgHdrs;
  readonly payload: Uint8Array | string;
}

/** The headers of a frame: three identifiers, whose characters take up to 12 bytes in percent-encoding, and 1 KB for the rest. */
export const MAX_HEADER_BYTES = 3 * MAX_SENT_IDENTIFIER_CHARACTERS * 12 + 1_024;

/**
 * What goes over NATS for a request. docs/integration/nats.md.
 *
 * @param traceparent the W3C trace context of the capture, where it is traced
 */
export function encodeRequest(request: NatsRequest, traceparent?: string): NatsMessage {
  const header = newHeader(request.kind);
  header.set(HEADER.lease, request.lease);
  if (traceparent !== undefined) header.set('traceparent', traceparent);
  switch (request.kind) {
    case 'open':
      return { headers: header, payload: encodeOpen(request.open) };
    case 'frame':
      writeFrame(header, request.item);
      return { headers: header, payload: request.item.payload };
    case 'end':
      return { headers: header, payload: encodeEnd(request.end) };
    case 'ping':
    case 'release':
      return { headers: header, payload: '' };
  }
}

/** Reads what a gateway sent; throws if it is not of this framing. The payload of a frame is a view, not a copy. */
export function decodeNatsRequest({ headers: sent, data }: Pick<Msg, 'headers' | 'data'>): NatsRequest {
  const header = knownHeader(sent);
  const payload = Buffer.from(data.buffer, data.byteOffset, data.byteLength);
  const lease = header.get(HEADER.lease);
  const kind = header.get(HEADER.kind);
  switch (kind) {
    case 'open':
    case 'end': {
      const request = decodeRequest(payload, false);
      if (request.kind === 'open' && kind === 'open') return { ...request, lease };
      if (request.kind === 'end' && kind === 'end') return { ...request, lease };
      throw new Error('the event is not of its kind');
    }
    case 'frame':
      return { kind, lease, item: readFrame(header, payload) };
    case 'ping':
    case 'release':
      return { kind, lease };
    default:
      throw new Error('unknown kind of the NATS framing');
  }
}

/** Reads what an extractor answered; throws a {@link Nak} if it refused, an Error if this is not what acknowledges. */
export function decodeAck(answer: Pick<Msg, 'json'>, ack: NatsAck): void {
  const content = decodeAnswer(answer);
  if (content.event !== ack.event || seqOf(content) !== seqOf(ack)) throw new Error('no answer to what was asked');
}

/**
 * Reads an extractor's answer to an open of this gateway. Throws a {@link Nak} if the extractor refuses the capture, an Error if
 * the lease is not of this framing or not for this gateway.
 */
export function decodeLease(answer: Pick<Msg, 'json'>, gateway: string): Lease {
  const content = decodeAnswer(answer);
  if (content.event !== 'open.ack' || !isFrameSubject(content.subject, gateway) || !isHeaderValue(content.lease)) {
    throw new Error('no answer to an open');
  }
  return content;
}

function isHeaderValue(value: unknown): boolean {
  return typeof value === 'string' && /^[!-~]+$/.test(value);
}

function decodeAnswer(answer: Pick<Msg, 'json'>): Exclude<NatsAnswer, { event: 'nak' }> {
  const content = answer.json<NatsAnswer>();
  if (content.event === 'nak') throw new Nak(content.code);
  return content;
}

function seqOf(answer: Exclude<NatsAnswer, { event: 'nak' }>): number | null {
  return answer.event === 'frame.ack' ? answer.seq : null;
}
