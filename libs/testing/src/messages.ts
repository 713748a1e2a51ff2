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

/** A valid `capture.open` of user `u1`, session `s1` and capture `c1`, with what a test wants otherwise. PROTOCOL.md, "capture.open". */
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

/** A valid `capture.frame_meta` of capture `c1`, 1/15 s of event time after the one before. PROTOCOL.md, "capture.frame_meta". */
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

/** A valid `capture.close` of capture `c1`, 15 s of event time after its start. PROTOCOL.md, "capture.close". */
export function closeMessage(overrides: Partial<CaptureCloseMessage> = {}): CaptureCloseMessage {
  return { ...common('c1'), event: 'capture.close', timestamp_end: at(15_000), ...overrides };
}
