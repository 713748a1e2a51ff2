import { CAPTURE_ENCODING, SCHEMA_VERSION } from '@a3cp/capture-protocol';
import { greyJpeg } from '@a3cp/testing';
import { randomUUID } from 'node:crypto';
import type { Cast } from './cast.js';
import type { ClientLine, ClientMessageEvent, JpegRecipe } from './transcript.js';

const START = Date.UTC(2026, 0, 1);

/** What a line leaves open of the picture it sends. */
const JPEG = { width: 640, height: 480, byte_length: 2_000 };

const DURATION_MS = 15_000;

/** Time between two frames, in milliseconds. */
export const FRAME_INTERVAL_MS = 1_000 / 15;

type MessageLine = Extract<ClientLine, { client: ClientMessageEvent }>;
type Message = Record<string, unknown>;

/** The message a line sends: the defaults, with what the line says otherwise. docs/conformance.md, "Messages". */
export function clientMessage({ client, with: overrides = {}, without = [] }: MessageLine, cast: Cast): Message {
  const played = cast.play({ ...DEFAULTS, ...BY_EVENT[client](overrides), ...overrides }) as Message;
  const message: Message = { event: client, record_id: randomUUID(), ...played };
  for (const field of without) Reflect.deleteProperty(message, field);
  return message;
}

/** What goes out as one WebSocket message; `message` is what the text was made of, where it was made of one. */
export type Outgoing = { readonly text: string; readonly message: Message | null } | { readonly bytes: Buffer };

/** Everything a line sends, in its order; nothing, if it sends nothing. docs/conformance.md, "Client: what is sent". */
export function outgoing(line: ClientLine, cast: Cast): Outgoing[] {
  switch (line.client) {
    case 'capture.open':
    case 'capture.frame_meta':
    case 'capture.close':
      return [textOf(clientMessage(line, cast), line.padded_to)];
    case 'text':
      return [{ text: line.text.padEnd(line.padded_to ?? 0), message: null }];
    case 'frame_bytes':
      return [{ bytes: line.hex === undefined ? picture(line.jpeg) : zerosBehind(line.hex, line.byte_length) }];
    case 'frame': {
      const bytes = picture(line.jpeg);
      const fields = { byte_length: bytes.length, ...line.with };
      return [textOf(clientMessage({ client: 'capture.frame_meta', with: fields }, cast)), { bytes }];
    }
    case 'frames':
      return framesOf(line).flatMap((frame) => outgoing(frame, cast));
    case 'connect':
    case 'hang_up':
    case 'disconnect':
      return [];
  }
}

/** The single frames of a line of many. */
export function framesOf({ from, to, jpeg }: Extract<ClientLine, { client: 'frames' }>): ClientLine[] {
  const seqs = Array.from({ length: to - from + 1 }, (_, index) => from + index);
  return seqs.map((seq) => ({ client: 'frame', with: { seq }, ...(jpeg && { jpeg }) }));
}

function textOf(message: Message, padded_to = 0): Outgoing {
  const text = JSON.stringify(message);
  return { text: text + ' '.repeat(Math.max(0, padded_to - Buffer.byteLength(text))), message };
}

function zerosBehind(hex: string, byte_length: number | undefined): Buffer {
  const start = Buffer.from(hex, 'hex');
  return Buffer.concat([start, Buffer.alloc((byte_length ?? start.length) - start.length)]);
}

function picture(jpeg: JpegRecipe = {}): Buffer {
  const { width, height, byte_length } = { ...JPEG, ...jpeg };
  return greyJpeg(width, height, byte_length);
}

const DEFAULTS = {
  schema_version: SCHEMA_VERSION,
  capture_id: '$capture_id',
  user_id: '$user_id',
  session_id: '$session_id',
  timestamp: at(0),
};

const BY_EVENT: Readonly<Record<ClientMessageEvent, (overrides: Message) => Message>> = {
  'capture.open': () => ({
    timestamp_start: at(0),
    fps_target: 15,
    width: JPEG.width,
    height: JPEG.height,
    encoding: CAPTURE_ENCODING,
  }),
  'capture.frame_meta': ({ seq = 1 }) => ({
    seq,
    timestamp_frame: at(typeof seq === 'number' ? Math.round((seq - 1) * FRAME_INTERVAL_MS) : 0),
    byte_length: JPEG.byte_length,
  }),
  'capture.close': () => ({ timestamp_end: at(DURATION_MS) }),
};

function at(ms: number): string {
  return new Date(START + ms).toISOString();
}
