import type { ForwardItem, StreamEnd, StreamOpen } from '@a3cp/capture-domain';
import type { NakCode } from '../landmark-extractor.js';
import { type Fields, readForwardItem, readStreamEnd, readStreamOpen } from '../stream-fields.js';

/** What the gateway sends over the direct transport. docs/integration/downstream.md, "Direct transport". */
export type DirectRequest =
  | { readonly kind: 'open'; readonly open: StreamOpen }
  | { readonly kind: 'frame'; readonly item: ForwardItem }
  | { readonly kind: 'end'; readonly end: StreamEnd };

/** What the extractor answers. docs/integration/downstream.md, "Direct transport". */
export type DirectAnswer =
  | { readonly event: 'open.ack' }
  | { readonly event: 'frame.ack'; readonly seq: number }
  | { readonly event: 'end.ack' }
  | { readonly event: 'nak'; readonly code: NakCode };

const VERSION = 1;
const LENGTH_BYTES = 2;

/** The first message of a stream, as JSON. docs/integration/downstream.md, "Direct transport". */
export interface DirectOpenMessage extends StreamOpen {
  /** Version of the framing. */
  readonly v: typeof VERSION;
  readonly event: 'capture.open';
}

/** The JSON before a frame's JPEG. docs/integration/downstream.md, "Direct transport". */
export type DirectFrameHeader = Omit<ForwardItem, 'payload'>;

/** The last message of a stream, as JSON. docs/integration/downstream.md, "Direct transport". */
export type DirectEndMessage = StreamEnd;

/** The text of the first message of a stream. docs/integration/downstream.md, "Direct transport". */
export function encodeOpen(open: StreamOpen): string {
  const message: DirectOpenMessage = { v: VERSION, event: 'capture.open', ...open };
  return JSON.stringify(message);
}

/** The text of the last message of a stream. docs/integration/downstream.md, "Direct transport". */
export function encodeEnd(end: DirectEndMessage): string {
  return JSON.stringify(end);
}

/** All of a frame's message but its JPEG, which is sent from where it is. */
export function encodeFrameHeader({ payload: _payload, ...header }: ForwardItem): Buffer {
  const text = JSON.stringify(header satisfies DirectFrameHeader);
  const bytes = Buffer.allocUnsafe(LENGTH_BYTES + Buffer.byteLength(text));
  bytes.writeUInt16BE(bytes.length - LENGTH_BYTES);
  bytes.write(text, LENGTH_BYTES);
  return bytes;
}

/** Reads what a gateway sent; throws if it is not of this framing. The payload of a frame is a view, not a copy. */
export function decodeRequest(message: Buffer, isBinary: boolean): DirectRequest {
  if (isBinary) return { kind: 'frame', item: decodeFrame(message) };
  const fields = JSON.parse(message.toString()) as Fields;
  if (fields['event'] !== 'capture.open') return { kind: 'end', end: readStreamEnd(fields) };
  if (fields['v'] !== VERSION) throw new Error('unknown version of the direct framing');
  return { kind: 'open', open: readStreamOpen(fields) };
}

function decodeFrame(message: Buffer): ForwardItem {
  const start = LENGTH_BYTES + message.readUInt16BE();
  if (start > message.length) throw new Error('frame header longer than its message');
  return readForwardItem(JSON.parse(message.toString('utf8', LENGTH_BYTES, start)) as Fields, message.subarray(start));
}
