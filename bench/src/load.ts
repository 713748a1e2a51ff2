import { CAPTURE_PATHS, SCHEMA_VERSION } from '@a3cp/capture-protocol';
import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';
import WebSocket from 'ws';

/** What the bench wants sent. */
export interface LoadOrder {
  readonly port: number;
  readonly captures: number;
  readonly frame_bytes: number;
  /** Frames a second of each capture; null sends as fast as the server reads. */
  readonly fps: number | null;
  /** Each capture is followed by another one until then; 0 runs each once. */
  readonly seconds: number;
}

/** What came of it. */
export interface LoadReport {
  readonly completed: number;
  readonly failed: number;
}

const FRAMES_PER_CAPTURE = 225;
const START = Date.UTC(2026, 0, 1);

/** A JPEG header of 640 x 480, padded: what every server here looks at. */
function jpegOf(byte_length: number): Buffer {
  const jpeg = Buffer.alloc(byte_length, 0x5a);
  jpeg.set([0xff, 0xd8, 0xff, 0xc0, 0x00, 0x11, 0x08, 0x01, 0xe0, 0x02, 0x80]);
  return jpeg;
}

function message(capture: string, fields: object): string {
  const identity = { record_id: randomUUID(), user_id: `user-${capture}`, session_id: 's1', capture_id: capture };
  const common = { schema_version: SCHEMA_VERSION, timestamp: new Date(START).toISOString(), modality: 'image' };
  return JSON.stringify({ ...common, ...identity, ...fields });
}

async function capture(order: LoadOrder, name: string, jpeg: Buffer, begin_ms: number): Promise<boolean> {
  const socket = new WebSocket(`ws://127.0.0.1:${order.port}${CAPTURE_PATHS[0]}`, { perMessageDeflate: false });
  let code = 0;
  socket.on('error', () => undefined);
  socket.on('close', (closed_with) => (code = closed_with));
  await once(socket, 'open');
  const timestamp_start = new Date(START).toISOString();
  const picture = { fps_target: 15, width: 640, height: 480, encoding: 'jpeg' };
  socket.send(message(name, { event: 'capture.open', timestamp_start, ...picture }));
  for (let seq = 1; seq <= FRAMES_PER_CAPTURE && socket.readyState === WebSocket.OPEN; seq++) {
    if (order.fps !== null) {
      const due = begin_ms + ((seq - 1) * 1000) / order.fps;
      await sleep(Math.max(0, due - performance.now()));
    }
    const timestamp_frame = new Date(START + Math.floor(((seq - 1) * 1000) / 15)).toISOString();
    const byte_length = jpeg.length;
    socket.send(message(name, { event: 'capture.frame_meta', seq, timestamp_frame, byte_length }));
    await new Promise((written) => socket.send(jpeg, written));
  }
  const timestamp_end = new Date(START + 15_000).toISOString();
  if (socket.readyState === WebSocket.OPEN) socket.send(message(name, { event: 'capture.close', timestamp_end }));
  if (socket.readyState !== WebSocket.CLOSED) await once(socket, 'close');
  return code === 1000;
}

async function run(order: LoadOrder): Promise<LoadReport> {
  const jpeg = jpegOf(order.frame_bytes);
  const begun = performance.now();
  const results = { completed: 0, failed: 0 };
  const client = async (index: number): Promise<void> => {
    let round = 0;
    // cameras do not click in step
    const offset = order.fps === null ? 0 : ((index / order.captures) * 1000) / order.fps;
    do {
      const complete = await capture(order, `${index}-${round++}`, jpeg, performance.now() + offset);
      results[complete ? 'completed' : 'failed'] += 1;
    } while (performance.now() - begun < order.seconds * 1000);
  };
  await Promise.all(Array.from({ length: order.captures }, (_, index) => client(index)));
  return results;
}

process.on('message', (order: LoadOrder) => {
  void run(order).then((report) => process.send?.(report));
});
process.on('disconnect', () => process.exit());
