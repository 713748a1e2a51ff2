import type { ForwardItem, StreamEnd, StreamOpen } from '@a3cp/capture-domain';
import { at } from '@a3cp/testing';
import { jpegOf } from './jpeg.js';

/** What an extractor is told of a capture. */
export const OPEN: StreamOpen = {
  capture_id: 'c1',
  user_id: 'u1',
  session_id: 's1',
  record_id: '6f1f7c0e-5d0b-4b53-9a55-6f3f9f6f0c11',
  schema_version: '1.0.1',
  timestamp_start: new Date(at(0)),
  fps_target: 15,
  width: 640,
  height: 480,
  encoding: 'jpeg',
  annotation_intent: 'água, por favor',
};

/** Of the same capture, after two frames. */
export const END: StreamEnd = {
  event: 'capture.close',
  capture_id: 'c1',
  record_id: '6f1f7c0e-5d0b-4b53-9a55-6f3f9f6f0c12',
  timestamp_end: new Date(at(200)),
  error_code: null,
  frame_count: 2,
  last_seq: 2,
};

/** One frame of the same capture. */
export function frame(seq: number, payload = jpegOf(1_000 + seq)): ForwardItem {
  return {
    capture_id: 'c1',
    seq,
    timestamp_frame: new Date(at(seq * 66)),
    payload,
    byte_length: payload.length,
    encoding: 'jpeg',
    width: 640,
    height: 480,
    user_id: 'u1',
    session_id: 's1',
  };
}
