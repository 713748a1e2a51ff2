import type { ForwardItem, StreamOpen } from '@a3cp/capture-domain';
import { CAPTURE_PATHS, CAPTURE_SUBPROTOCOL, SCHEMA_VERSION } from '@a3cp/capture-protocol';
import { DirectLandmarkForwarder } from '@a3cp/landmark-forwarders';
import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';
import WebSocket from 'ws';
import { beginOf, firstFrames, type LoadOrder, type LoadReport, settledAfter } from './load-order.js';
import { percentiles } from './statistics.js';

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

/** What all captures of an order have in common; times are those of `performance`. */
interface Run {
  readonly order: LoadOrder;
  readonly jpeg: Buffer;
  readonly settled_at: number;
  readonly over_at: number;
  readonly latencies_ms: number[];
}

/** Waits until the frame is due. */
async function pace({ fps }: LoadOrder, seq: number, begun_at: number): Promise<void> {
  if (fps === null) return;
  await sleep(Math.max(0, begun_at + ((seq - 1) * 1000) / fps - performance.now()));
}

function acknowledged(run: Run, sent_at: number): void {
  if (sent_at >= run.settled_at) run.latencies_ms.push(performance.now() - sent_at);
}

function connect(port: number, protocols: string[] = []): WebSocket {
  const socket = new WebSocket(`ws://127.0.0.1:${port}${CAPTURE_PATHS[0]}`, protocols, { perMessageDeflate: false });
  return socket.on('error', () => undefined);
}

async function capture(run: Run, name: string, begun_at: number): Promise<boolean> {
  const { order, jpeg } = run;
  const socket = connect(order.port, order.fps === null ? [] : [CAPTURE_SUBPROTOCOL]);
  let code = 0;
  let taken = 0;
  const sent_at: number[] = [];
  socket.on('close', (closed_with) => (code = closed_with));
  socket.on('message', (data: Buffer) => {
    const { event, seq } = JSON.parse(data.toString()) as { event: string; seq: number };
    if (event !== 'capture.ack') return;
    while (taken < seq) acknowledged(run, sent_at[taken++] ?? NaN);
  });
  await once(socket, 'open');
  socket.send(message(name, { event: 'capture.open', timestamp_start: new Date(START).toISOString(), ...PICTURE }));
  for (let seq = 1; seq <= order.frames && socket.readyState === WebSocket.OPEN; seq++) {
    await pace(order, seq, begun_at);
    if (performance.now() >= run.over_at) break;
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
async function stream(run: Run, capture_id: string, begun_at: number): Promise<boolean> {
  const { order, jpeg: payload } = run;
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
    await pace(order, seq, begun_at);
    const sent_at = performance.now();
    if (sent_at >= run.over_at) break;
    await extractor.forward({ ...frame, seq });
    acknowledged(run, sent_at);
  }
  over.abort();
  return true;
}

async function play(order: LoadOrder): Promise<LoadReport> {
  const begun_at = performance.now();
  const settled_at = begun_at + settledAfter(order);
  const over_at = settled_at + order.seconds * 1000;
  const run: Run = { order, jpeg: jpegOf(order.frame_bytes), settled_at, over_at, latencies_ms: [] };
  const one = order.kind === 'streams' ? stream : capture;
  const results = { completed: 0, failed: 0 };
  const client = async (index: number): Promise<void> => {
    await sleep(beginOf(order, index));
    for (let round = 0; performance.now() < over_at; round++) {
      const frames = round === 0 ? firstFrames(order, index) : order.frames;
      const complete = await one({ ...run, order: { ...order, frames } }, `${index}-${round}`, performance.now());
      results[complete ? 'completed' : 'failed'] += 1;
    }
  };
  await Promise.all(Array.from({ length: order.captures }, (_, index) => client(index)));
  return { ...results, latency: percentiles(run.latencies_ms) };
}

/** Connections that stay until this process ends. */
async function hold({ port, captures }: LoadOrder): Promise<LoadReport> {
  // a few at a time, since the queue of those that wait to be accepted is short
  for (let opened = 0; opened < captures; opened += 100) {
    await Promise.all(Array.from({ length: 100 }, () => once(connect(port), 'open')));
  }
  return { completed: captures, failed: 0, latency: null };
}

process.on('message', (order: LoadOrder) => {
  void (order.kind === 'idle' ? hold(order) : play(order)).then((report) => process.send?.(report));
});
process.on('disconnect', () => process.exit());
