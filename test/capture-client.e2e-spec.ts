import { type CaptureFrame, type CaptureOptions, type FrameSource, startCapture } from '@a3cp/capture-client';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import WebSocket, { WebSocketServer } from 'ws';
import { steadyLine } from '../tools/networks/src/made-up-lines.js';
import { Network } from '../tools/networks/src/network.js';
import { Gateway } from './support/gateway.js';
import { jpegOf } from './support/jpeg.js';
import { quote } from './support/protocol.js';

const IDENTITY = { user_id: 'u1', session_id: 's1', capture_id: 'c1' };
const FPS = 15;

/** Where in a frame its number is written. */
const NUMBER_AT = 100;

/** A camera that takes `count` numbered frames, each when it is due. */
class NumberedCamera implements FrameSource {
  readonly width = 640;
  readonly height = 480;
  readonly fps_target = FPS;
  /** Whether its frames wait for the network, as those of a file do. */
  waits = false;
  /** When frame n was taken. */
  readonly taken: Date[] = [];
  on = true;

  constructor(
    private readonly count: number,
    private readonly byte_length = 1_000,
  ) {}

  async *frames(): AsyncGenerator<CaptureFrame> {
    const begun = performance.now();
    const started = Date.now();
    for (let n = 0; n < this.count; n++) {
      const due = (n * 1_000) / FPS;
      await sleep(Math.max(0, begun + due - performance.now()));
      const timestamp_frame = new Date(started + Math.round(due));
      this.taken.push(timestamp_frame);
      const jpeg = new Uint8Array(jpegOf(this.byte_length));
      jpeg[NUMBER_AT] = n;
      yield { jpeg, timestamp_frame };
    }
  }

  close(): void {
    this.on = false;
  }
}

let gateway: Gateway;
let stopTime: () => void;

beforeEach(async () => {
  gateway = await Gateway.start();
  stopTime = letTimePass();
});

afterEach(() => {
  stopTime();
  return gateway.stop();
});

function capture(source: FrameSource, options: Partial<CaptureOptions> = {}) {
  return startCapture({ url: gateway.url(), identity: IDENTITY, source, WebSocket, ...options });
}

/**
 * Lets the server's clock go with the time, so that it acknowledges, until the function it returns is called. A time in which
 * this process was held up, and the client in it, does not count.
 */
function letTimePass(): () => void {
  let last = performance.now();
  const timer = setInterval(() => {
    const now = performance.now();
    gateway.clock.advance(Math.min(now - last, 100));
    last = now;
  }, 20);
  return () => clearInterval(timer);
}

describe('a server that speaks a3cp.capture.v1', () => {
  it('gives a receipt for what was delivered', async () => {
    const camera = new NumberedCamera(10);
    const running = capture(camera, { intent: 'hello' });
    const kinds = new Set<string>();
    for await (const { kind } of running) kinds.add(kind);

    expect(await running.result).toEqual({
      kind: 'completed',
      capture_id: 'c1',
      frames: 10,
      bytes: 10_000,
      last_timestamp_frame: camera.taken.at(-1),
      largest_hole_ms: 67,
      skipped: 0,
      receipt: true,
    });
    expect([...kinds].sort()).toEqual(['closing', 'opened', 'progress']);
    expect(camera.on).toBe(false);
    const { stream } = gateway.extractor;
    expect(stream.open).toMatchObject({ ...IDENTITY, annotation_intent: 'hello', width: 640, height: 480 });
    expect(stream.frames.map(({ timestamp_frame }) => timestamp_frame)).toEqual(camera.taken);
    expect(stream.ends).toMatchObject([
      { event: 'capture.close', frame_count: 10, timestamp_end: camera.taken.at(-1) },
    ]);
  });

  it('says why a session has no capture, in words for a person', async () => {
    gateway.sessions.answers = 'closed';
    const camera = new NumberedCamera(100);

    expect(await capture(camera).result).toMatchObject({
      kind: 'aborted',
      error_code: 'session_closed',
      explanation: expect.stringContaining('new session'),
      retry: 'new_session',
      frames_delivered: null,
    });
    expect(camera.on).toBe(false);
  });

  it('says how many frames it has when the capture is aborted', async () => {
    const camera = new NumberedCamera(100);
    const running = capture(camera);
    for await (const progress of running) {
      if (progress.kind === 'progress' && progress.frames_delivered) gateway.extractor.stream.break();
    }

    expect(await running.result).toMatchObject({
      kind: 'aborted',
      error_code: 'forward_failed',
      retry: 'now',
      frames_delivered: expect.any(Number),
    });
  });

  it('is told nothing by a caller who gives the capture up', async () => {
    const abort = new AbortController();
    const camera = new NumberedCamera(100);
    const running = capture(camera, { signal: abort.signal });
    const arrived = gateway.extractor.next('frame');
    const ended = gateway.extractor.next('end');
    const rejected = expect(running.result).rejects.toThrow('enough');
    await arrived;
    abort.abort(new Error('enough'));
    await rejected;
    await ended;

    expect(gateway.extractor.stream.ends).toMatchObject([
      { event: 'capture.abort', error_code: 'client_disconnected' },
    ]);
    expect(camera.on).toBe(false);
  });

  it('may be gone from one moment to the next', async () => {
    const camera = new NumberedCamera(100);
    const proxy = await Network.to(gateway.port);
    const arrived = gateway.extractor.next('frame');
    const running = capture(camera, { url: gateway.url().replace(`${gateway.port}`, `${proxy.port}`) });
    await arrived;
    proxy.cut();

    expect(await running.result).toMatchObject({ kind: 'failed', failure: 'connection_lost', close_code: 1006 });
    expect(camera.on).toBe(false);
    await proxy.stop();
  });
});

it('a network of 1.5 Mbit/s carries fewer frames, each with its own time, and no capture is lost', async () => {
  const proxy = await Network.to(gateway.port, steadyLine('1.5 Mbit/s', 1_500_000));
  const camera = new NumberedCamera(45, 37_000);
  const running = capture(camera, { url: gateway.url().replace(`${gateway.port}`, `${proxy.port}`) });
  const result = await running.result;
  await proxy.stop();

  const { frames } = gateway.extractor.stream;
  expect(result).toMatchObject({ kind: 'completed', receipt: true, frames: frames.length });
  expect(result).toHaveProperty('skipped', 45 - frames.length);
  // 3 s of 187,500 bytes are 15 frames, and what is on its way at the end still arrives
  expect(frames.length).toBeGreaterThan(10);
  expect(frames.length).toBeLessThan(30);
  expect(frames.map(({ seq }) => seq)).toEqual(frames.map((_, index) => index + 1));
  for (const { payload, timestamp_frame } of frames) {
    expect(timestamp_frame).toEqual(camera.taken[payload[NUMBER_AT] ?? -1]);
  }
});

it('a network of 1.5 Mbit/s carries every frame of a source that waits, each with its own time', async () => {
  const proxy = await Network.to(gateway.port, steadyLine('1.5 Mbit/s', 1_500_000));
  const file = new NumberedCamera(30, 37_000);
  file.waits = true;
  const running = capture(file, { url: gateway.url().replace(`${gateway.port}`, `${proxy.port}`) });
  const result = await running.result;
  await proxy.stop();

  expect(result).toMatchObject({ kind: 'completed', frames: 30, skipped: 0, largest_hole_ms: 67 });
  expect(gateway.extractor.stream.frames.map(({ timestamp_frame }) => timestamp_frame)).toEqual(file.taken);
});

describe('a server that speaks the protocol only', () => {
  let server: WebSocketServer;
  let offered: (string | undefined)[];
  let heard: (string | number)[];

  beforeEach(async () => {
    offered = [];
    heard = [];
    server = new WebSocketServer({ port: 0, host: '127.0.0.1', handleProtocols: () => false });
    server.on('connection', (socket, request) => {
      offered.push(request.headers['sec-websocket-protocol']);
      socket.on('message', (data: Buffer, isBinary) => {
        const { event } = isBinary ? { event: data.length } : (JSON.parse(data.toString()) as { event: string });
        heard.push(event);
        if (event === 'capture.close') socket.close(1000, 'completed');
      });
    });
    await once(server, 'listening');
  });

  afterEach(async () => {
    for (const client of server.clients) client.terminate();
    await new Promise((stopped) => server.close(stopped));
  });

  it(quote('On success the server sends no message at all'), async () => {
    const url = `ws://127.0.0.1:${(server.address() as AddressInfo).port}`;

    expect(await capture(new NumberedCamera(2), { url }).result).toMatchObject({
      kind: 'completed',
      frames: 2,
      receipt: false,
    });
    expect(offered).toEqual(['a3cp.capture.v1', undefined]);
    expect(heard).toEqual([
      'capture.open',
      ...Array<(string | number)[]>(2).fill(['capture.frame_meta', 1_000]).flat(),
      'capture.close',
    ]);
  });
});

it('a server that is not there is told apart from a capture that failed', async () => {
  const camera = new NumberedCamera(2);
  const { port } = gateway;
  await gateway.stopping();

  expect(await capture(camera, { url: `ws://127.0.0.1:${port}/` }).result).toMatchObject({
    kind: 'failed',
    failure: 'server_unreachable',
    reason: expect.stringContaining('ECONNREFUSED'),
  });
  expect(camera.on).toBe(false);
});
