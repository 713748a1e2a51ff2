import {
  type CaptureCloseMessage,
  type CaptureFrameMetaMessage,
  type CaptureOpenMessage,
  SCHEMA_VERSION,
} from '@a3cp/capture-protocol';
import { randomUUID } from 'node:crypto';

const START = Date.UTC(2026, 0, 1);

/** The ISO form of a moment of event time, in milliseconds since the capture's start. */
export function at(ms: number): string {
  return new Date(START + ms).toISOString();
}

function common(capture_id: string) {
  return { schema_version: SCHEMA_VERSION, record_id: randomUUID(), capture_id, timestamp: at(0) };
}

/** A valid capture.open, with what a test wants otherwise. */
export function openMessage(overrides: Partial<CaptureOpenMessage> = {}): CaptureOpenMessage {
  return {
    ...common('c1'),
    event: 'capture.open',
    user_id: 'u1',
    session_id: 's1',
    timestamp_start: at(0),
    fps_target: 15,
    width: 640,
    height: 480,
    encoding: 'jpeg',
    ...overrides,
  };
}

/** A valid capture.frame_meta, 1/15 s after the one before. */
export function metaMessage(
  seq: number,
  byte_length: number,
  overrides: Partial<CaptureFrameMetaMessage> = {},
): CaptureFrameMetaMessage {
  return {
    ...common('c1'),
    event: 'capture.frame_meta',
    seq,
    timestamp_frame: at(Math.round(((seq - 1) * 1000) / 15)),
    byte_length,
    ...overrides,
  };
}

/** A valid capture.close at the end of a full capture. */
export function closeMessage(overrides: Partial<CaptureCloseMessage> = {}): CaptureCloseMessage {
  return { ...common('c1'), event: 'capture.close', timestamp_end: at(15_000), ...overrides };
}

/** The header of a JPEG of this size, padded to `byte_length`: all that the gateway looks at. */
export function jpegOf(byte_length = 1_000, width = 640, height = 480): Buffer {
  const jpeg = Buffer.alloc(byte_length);
  jpeg.set([0xff, 0xd8, 0xff, 0xc0, 0x00, 0x11, 0x08]);
  jpeg.writeUInt16BE(height, 7);
  jpeg.writeUInt16BE(width, 9);
  return jpeg;
}

/** A progressive JPEG of 640 x 480 that has so many scans, each as short as a scan can be. */
export function progressiveJpegOf(scans: number): Buffer {
  const frame_header = [0xff, 0xc2, 0x00, 0x0b, 0x08, 0x01, 0xe0, 0x02, 0x80, 0x01, 0x01, 0x11, 0x00];
  const scan = Buffer.from([0xff, 0xda, 0x00, 0x08, 0x01, 0x01, 0x00, 0x01, 0x3f, 0x00, 0x00, 0x00]);
  const image = Array.from({ length: scans }, () => scan);
  return Buffer.concat([Buffer.from([0xff, 0xd8, ...frame_header]), ...image, Buffer.from([0xff, 0xd9])]);
}
