import type { ForwardItem, StreamEnd, StreamOpen } from '@a3cp/capture-domain';
import { MAX_SENT_IDENTIFIER_CHARACTERS } from '@a3cp/capture-protocol';

/** Fields as a peer sent them. */
export type Fields = Readonly<Record<string, unknown>>;

// What an extractor reads is checked field by field, and only known fields are taken: what reaches it may not be a gateway.

/** The fields of an `open`; throws if one is missing or of another type. docs/integration/downstream.md. */
export function readStreamOpen(fields: Fields): StreamOpen {
  return {
    ...readOwner(fields),
    record_id: text(fields, 'record_id'),
    schema_version: text(fields, 'schema_version'),
    timestamp_start: date(fields, 'timestamp_start'),
    fps_target: whole(fields, 'fps_target', 1),
    width: whole(fields, 'width', 1),
    height: whole(fields, 'height', 1),
    encoding: text(fields, 'encoding'),
    ...(fields['annotation_intent'] !== undefined && { annotation_intent: text(fields, 'annotation_intent') }),
    ...(fields['traceparent'] !== undefined && { traceparent: text(fields, 'traceparent') }),
  };
}

/** The fields of a frame; throws if one is missing or of another type. docs/integration/downstream.md. */
export function readForwardItem(fields: Fields, payload: Buffer): ForwardItem {
  return {
    ...readOwner(fields),
    seq: whole(fields, 'seq', 1),
    timestamp_frame: date(fields, 'timestamp_frame'),
    payload,
    byte_length: whole(fields, 'byte_length', 1),
    encoding: text(fields, 'encoding'),
    width: whole(fields, 'width', 1),
    height: whole(fields, 'height', 1),
  };
}

/** The fields of an `end`; throws if one is missing or of another type. docs/integration/downstream.md. */
export function readStreamEnd(fields: Fields): StreamEnd {
  const { event } = fields;
  if (event !== 'capture.close' && event !== 'capture.abort') throw new Error('event is not an end');
  return {
    event,
    capture_id: text(fields, 'capture_id'),
    record_id: text(fields, 'record_id'),
    timestamp_end: date(fields, 'timestamp_end'),
    // codes may be added: what an extractor does not know it only keeps
    error_code: fields['error_code'] === null ? null : (text(fields, 'error_code') as StreamEnd['error_code']),
    frame_count: whole(fields, 'frame_count', 0),
    last_seq: whole(fields, 'last_seq', 0),
  };
}

function readOwner(fields: Fields): Pick<StreamOpen, 'capture_id' | 'user_id' | 'session_id'> {
  return {
    capture_id: text(fields, 'capture_id'),
    user_id: text(fields, 'user_id'),
    session_id: text(fields, 'session_id'),
  };
}

function text(fields: Fields, name: string): string {
  const value = fields[name];
  if (typeof value !== 'string' || isTooLong(value)) throw new Error(`${name} is not a text`);
  return value;
}

/** Characters are code points, of which JavaScript may need two units for one. */
function isTooLong(value: string): boolean {
  const most = MAX_SENT_IDENTIFIER_CHARACTERS;
  return value.length > most && (value.length > 2 * most || Array.from(value).length > most);
}

function whole(fields: Fields, name: string, least: number): number {
  const value = fields[name];
  if (!Number.isSafeInteger(value) || (value as number) < least) throw new Error(`${name} is not a number`);
  return value as number;
}

function date(fields: Fields, name: string): Date {
  const value = new Date(text(fields, name));
  if (Number.isNaN(value.getTime())) throw new Error(`${name} is not a timestamp`);
  return value;
}
