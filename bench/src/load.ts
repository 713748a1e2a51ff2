import type { ForwardItem, StreamOpen } from '@a3cp/capture-domain';
import { CAPTURE_PATHS, CAPTURE_SUBPROTOCOL, SCHEMA_VERSION } from '@a3cp/capture-protocol';
import { DirectLandmarkForwarder } from '@a3cp/landmark-forwarders';
import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';
import WebSocket from 'ws';
import { percentile } from './statistics.js';

/** What the bench wants sent. */
export interface LoadOrder {
  /** Captures to a gateway or the bare server, streams straight to an extractor, or connections that send nothing. */
  readonly kind: 'captures' | 'streams' | 'idle';
  readonly port: number;
  readonly captures: number;
  readonly frame_bytes: number;
  /** Frames of a capture. */
  readonly frames: number;
  /** Frames a second of each capture, each of which is then awaited; null sends as fast as the server reads. */
  readonly fps: number | null;
  /** Each capture is followed by another one until then; 0 runs each once. */
  readonly seconds: number;
}

/** What came of it: captures, and how long frames took from being sent to being acknowledged, milliseconds. */
export interface LoadReport {
  readonly completed: number;
  readonly failed: number;
  readonly p50_ms: number;
  readonly p99_ms: number;
}

const START = Date.UTC(2026, 0, 1);
const PICTURE = { fps_target: 15, width: 640, height: 480, encoding: 'jpeg' };

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

/** Waits until the frame is due. */
async function pace(order: LoadOrder, seq: number, begin_ms: number): Promise<void> {
  if (order.fps === null) return;
  await sleep(Math.max(0, begin_ms + ((seq - 1) * 1000) / order.fps - performance.now()));
}

function connect(port: number, protocols: string[] = []): WebSocket {
  const socket = new WebSocket(`ws://127.0.0.1:${port}${CAPTURE_PATHS[0]}`, protocols, { perMessageDeflate: false });
  return socket.on('error', () => undefined);
}

async function capture(
  order: LoadOrder,
  name: string,
  jpeg: Buffer,
  begin_ms: number,
  latencies: number[],
): Promise<boolean> {
  const socket = connect(order.port, order.fps === null ? [] : [CAPTURE_SUBPROTOCOL]);
  let code = 0;
  let acknowledged = 0;
  const sent_at: number[] = [];
  socket.on('close', (closed_with) => (code = closed_with));
  socket.on('message', (data: Buffer) => {
    const { event, seq } = JSON.parse(data.toString()) as { event: string; seq: number };
    if (event !== 'capture.ack') return;
    const now = performance.now();
    while (acknowledged < seq) latencies.push(now - (sent_at[acknowledged++] ?? NaN));
  });
  await once(socket, 'open');
  socket.send(message(name, { event: 'capture.open', timestamp_start: new Date(START).toISOString(), ...PICTURE }));
  for (let seq = 1; seq <= order.frames && socket.readyState === WebSocket.OPEN; seq++) {
    await pace(order, seq, begin_ms);
    const timestamp_frame = new Date(START + Math.floor(((seq - 1) * 1000) / 15)).toISOString();
    const byte_length = jpeg.length;
    sent_at.push(performance.now());
    socket.send(message(name, { event: 'capture.frame_meta', seq, timestamp_frame, byte_length }));
    const written = new Promise((done) => socket.send(jpeg, done));
    if (order.fps === null) await written;
  }
  const timestamp_end = new Date(START + 15_000).toISOString();
  if (socket.readyState === WebSocket.OPEN) socket.send(message(name, { event: 'capture.close', timestamp_end }));
  if (socket.readyState !== WebSocket.CLOSED) await once(socket, 'close');
  return code === 1000;
}

/** The same frames straight to an extractor: what the transport takes by itself. */
async function stream(
  order: LoadOrder,
  capture_id: string,
  payload: Buffer,
  begin_ms: number,
  latencies: number[],
): Promise<boolean> {
  const over = new AbortController();
  const ids = { capture_id, user_id: 'u1', session_id: 's1' };
  const start = { record_id: randomUUID(), schema_version: SCHEMA_VERSION, timestamp_start: new Date(START) };
  const open: StreamOpen = { ...ids, ...start, ...PICTURE };
  const forwarder = new DirectLandmarkForwarder(`ws://127.0.0.1:${order.port}`);
  const { width, height, encoding } = PICTURE;
  const frame: Omit<ForwardItem, 'seq'> = {
    ...ids,
    timestamp_frame: new Date(START),
    payload,
    byte_length: payload.length,
    encoding,
    width,
    height,
  };
  const extractor = await forwarder.open(open, over.signal);
  for (let seq = 1; seq <= order.frames; seq++) {
    await pace(order, seq, begin_ms);
    const sent_at = performance.now();
    await extractor.forward({ ...frame, seq });
    latencies.push(performance.now() - sent_at);
  }
  over.abort();
  return true;
}

async function run(order: LoadOrder): Promise<LoadReport> {
  const jpeg = jpegOf(order.frame_bytes);
  const begun = performance.now();
  const results = { completed: 0, failed: 0 };
  const latencies: number[] = [];
  const client = async (index: number): Promise<void> => {
    let round = 0;
    // cameras do not click in step
    const offset = order.fps === null ? 0 : ((index / order.captures) * 1000) / order.fps;
    const play = order.kind === 'streams' ? stream : capture;
    do {
      const complete = await play(order, `${index}-${round++}`, jpeg, performance.now() + offset, latencies);
      results[complete ? 'completed' : 'failed'] += 1;
    } while (performance.now() - begun < order.seconds * 1000);
  };
  await Promise.all(Array.from({ length: order.captures }, (_, index) => client(index)));
  return { ...results, p50_ms: percentile(latencies, 0.5), p99_ms: percentile(latencies, 0.99) };
}

/** Connections that stay until this process ends. */
async function hold({ port, captures }: LoadOrder): Promise<LoadReport> {
  // a few at a time, since the queue of those that wait to be accepted is short
  for (let opened = 0; opened < captures; opened += 100) {
    await Promise.all(Array.from({ length: 100 }, () => once(connect(port), 'open')));
  }
  return { completed: captures, failed: 0, p50_ms: NaN, p99_ms: NaN };
}

process.on('message', (order: LoadOrder) => {
  void (order.kind === 'idle' ? hold(order) : run(order)).then((report) => process.send?.(report));
});
process.on('disconnect', () => process.exit());
