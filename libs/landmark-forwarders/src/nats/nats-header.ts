import type { ForwardItem } from '@a3cp/capture-domain';
import { headers, type MsgHdrs } from '@nats-io/transport-node';
import type { DirectFrameHeader } from '../direct/direct-framing.js';
import { readForwardItem } from '../stream-fields.js';

const VERSION = '1';

/** The names of the header fields beside those of a frame. docs/integration/nats.md. */
export const HEADER = {
  version: 'a3cp-v',
  kind: 'a3cp-kind',
  lease: 'a3cp-lease',
  gateway_id: 'a3cp-gateway',
} as const;

/** How one field of a frame goes into its header and comes back from there. What it reads is not checked yet. */
interface FrameField<Value> {
  readonly name: string;
  readonly write: (value: Value) => string;
  readonly read: (text: string) => unknown;
}

const text = (name: string): FrameField<string> => ({ name, write: (value) => value, read: (value) => value });
const whole = (name: string): FrameField<number> => ({ name, write: String, read: Number });
const date = (name: string): FrameField<Date> => ({ name, write: (value) => value.toISOString(), read: (iso) => iso });
/** A header is ASCII, and the client library trims it: an identifier may be neither. */
const identifier = (name: string): FrameField<string> => ({
  name,
  write: encodeURIComponent,
  read: decodeURIComponent,
});

/** The header of a frame: each field of a `ForwardItem` but the payload, so that a forgotten field does not compile. */
const FRAME: { readonly [Field in keyof DirectFrameHeader]-?: FrameField<DirectFrameHeader[Field]> } = {
  capture_id: identifier('a3cp-capture'),
  user_id: identifier('a3cp-user'),
  session_id: identifier('a3cp-session'),
  seq: whole('a3cp-seq'),
  timestamp_frame: date('a3cp-ts'),
  byte_length: whole('a3cp-len'),
  encoding: text('a3cp-encoding'),
  width: whole('a3cp-width'),
  height: whole('a3cp-height'),
};

const FRAME_FIELDS = Object.entries(FRAME) as [keyof DirectFrameHeader, FrameField<unknown>][];

/** Has the shape of what is read, so that a read frame takes one allocation. */
const NOTHING_READ: Readonly<Record<string, unknown>> = Object.fromEntries(
  FRAME_FIELDS.map(([field]) => [field, undefined]),
);

/** A new header, with the version of the framing and the kind of the message. */
export function newHeader(kind: string): MsgHdrs {
  const header = headers();
  header.set(HEADER.version, VERSION);
  header.set(HEADER.kind, kind);
  return header;
}

/** The header of a message; throws if its version is unknown. */
export function knownHeader(header: MsgHdrs | undefined): MsgHdrs {
  if (header?.get(HEADER.version) !== VERSION) throw new Error('unknown version of the NATS framing');
  return header;
}

/** Writes all fields of a frame but its payload. */
export function writeFrame(header: MsgHdrs, item: ForwardItem): void {
  for (const [field, { name, write }] of FRAME_FIELDS) header.set(name, write(item[field]));
}

/** Reads a frame; throws if a field is missing or of another type. */
export function readFrame(header: MsgHdrs, payload: Buffer): ForwardItem {
  const item = { ...NOTHING_READ };
  for (const [field, { name, read }] of FRAME_FIELDS) item[field] = read(header.get(name));
  return readForwardItem(item, payload);
}
