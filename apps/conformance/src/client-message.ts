import { CAPTURE_ENCODING, SCHEMA_VERSION } from '@a3cp/capture-protocol';
import { randomUUID } from 'node:crypto';
import type { Cast } from './cast.js';
import { greyJpeg } from './grey-jpeg.js';
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

/** The bytes a line sends. docs/conformance.md, "Frames". */
export function frameBytes({ jpeg, hex, byte_length }: Extract<ClientLine, { client: 'frame_bytes' }>): Buffer {
  if (hex === undefined) return picture(jpeg);
  const start = Buffer.from(hex, 'hex');
  return Buffer.concat([start, Buffer.alloc((byte_length ?? start.length) - start.length)]);
}

/** The two messages of one frame. */
export function frame(
  { with: overrides, jpeg }: Extract<ClientLine, { client: 'frame' }>,
  cast: Cast,
): [Message, Buffer] {
  const bytes = picture(jpeg);
  const fields = { byte_length: bytes.length, ...overrides };
  return [clientMessage({ client: 'capture.frame_meta', with: fields }, cast), bytes];
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
