import type { CaptureAbortMessage, CaptureClientMessage } from '@a3cp/capture-protocol';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import WebSocket, { WebSocketServer } from 'ws';
import type { CaptureDescription } from './capture-messages.js';
import type { CaptureFrame } from './frame-source.js';
import { sendCapture, type SendCaptureOptions } from './send-capture.js';

const START = Date.UTC(2026, 0, 1);
const OPEN: CaptureDescription = {
  user_id: 'u1',
  session_id: 's1',
  capture_id: 'c1',
  width: 640,
  height: 480,
  fps_target: 15,
};
const ABORT: Partial<CaptureAbortMessage> = { event: 'capture.abort', error_code: 'forward_failed' };

function frame(n: number, byte_length = 10): CaptureFrame {
  return { jpeg: new Uint8Array(byte_length).fill(n), timestamp_frame: new Date(START + n * 100) };
}

async function* framesOf(...numbers: number[]): AsyncGenerator<CaptureFrame> {
  for (const n of numbers) yield frame(n);
}

/** A camera that has a frame ready whenever it is asked, and notices when it is switched off. */
class Camera implements AsyncIterable<CaptureFrame> {
  pulled = 0;
  /** Resolves when a frame is asked for that does not come. */
  readonly still: Promise<void>;
  readonly stopped: Promise<void>;
  #rest!: () => void;
  #stop!: () => void;

  /** After `frames` frames it keeps whoever asks for the next one waiting. */
  constructor(private readonly frames = Infinity) {
    this.still = new Promise((resolve) => (this.#rest = resolve));
    this.stopped = new Promise((resolve) => (this.#stop = resolve));
  }

  [Symbol.asyncIterator](): AsyncIterator<CaptureFrame> {
    return {
      next: () => {
        this.pulled += 1;
        if (this.pulled <= this.frames) return Promise.resolve({ done: false, value: frame(this.pulled) });
        this.#rest();
        return new Promise(() => undefined);
      },
      return: () => {
        this.#stop();
        return Promise.resolve({ done: true, value: undefined });
      },
    };
  }
}

/** The other side: keeps what it hears and answers as a test says. */
class Server {
  readonly heard: (CaptureClientMessage | Buffer)[] = [];
  /** The client's socket as the server has it. */
  readonly connected: Promise<WebSocket>;
  /** The code of the client's close frame. */
  readonly closed: Promise<number>;
  answer = (message: CaptureClientMessage | Buffer, socket: WebSocket): void => {
    if ('event' in message && message.event === 'capture.close') socket.close(1000, 'completed');
  };
  readonly #server = new WebSocketServer({ port: 0, host: '127.0.0.1' });

  constructor() {
    this.connected = once(this.#server, 'connection').then(([socket]) => socket as WebSocket);
    this.closed = this.connected.then(async (socket) => ((await once(socket, 'close')) as [number])[0]);
    this.#server.on('connection', (socket) => {
      socket.on('message', (data: Buffer, isBinary) => {
        const message = isBinary ? data : (JSON.parse(data.toString()) as CaptureClientMessage);
        this.heard.push(message);
        this.answer(message, socket);
      });
    });
  }

  get events(): string[] {
    return this.heard.map((message) => ('event' in message ? message.event : `${message.length} bytes`));
  }

  async url(): Promise<string> {
    if (!this.#server.address()) await once(this.#server, 'listening');
    return `ws://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  async stop(): Promise<void> {
    for (const socket of this.#server.clients) socket.terminate();
    await new Promise((stopped) => this.#server.close(stopped));
  }
}

describe('sendCapture', () => {
  let server: Server;
  let socket: WebSocket;
  const send = (options: Partial<SendCaptureOptions> = {}) =>
    sendCapture({ socket, open: OPEN, frames: framesOf(1, 2), ...options });

  beforeEach(async () => {
    server = new Server();
    socket = new WebSocket(await server.url());
  });

  afterEach(async () => {
    socket.terminate();
    await server.stop();
  });

  it('opens with the first frame, announces each frame before its bytes, and closes at the last frame', async () => {
    expect(await send()).toEqual({ kind: 'completed', frames: 2 });

    const identity = { schema_version: '1.0.1', user_id: 'u1', session_id: 's1', capture_id: 'c1' };
    const at = (ms: number) => new Date(START + ms).toISOString();
    expect(server.heard).toEqual([
      expect.objectContaining({
        ...identity,
        event: 'capture.open',
        timestamp_start: at(100),
        fps_target: 15,
        width: 640,
        height: 480,
        encoding: 'jpeg',
      }),
      expect.objectContaining({ event: 'capture.frame_meta', seq: 1, timestamp_frame: at(100), byte_length: 10 }),
      Buffer.alloc(10, 1),
      expect.objectContaining({ event: 'capture.frame_meta', seq: 2, timestamp_frame: at(200), byte_length: 10 }),
      Buffer.alloc(10, 2),
      expect.objectContaining({ ...identity, event: 'capture.close', timestamp_end: at(200) }),
    ]);
  });

  it('gives every message a new record_id', async () => {
    await send();

    const ids = server.heard.flatMap((message) => ('record_id' in message ? [message.record_id] : []));
    expect(new Set(ids).size).toBe(4);
    for (const id of ids) expect(id).toMatch(/^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/);
  });

  it('says what the caller says: start, annotation, record_ids and progress', async () => {
    let made = 0;
    const sent: number[] = [];
    const open = { ...OPEN, timestamp_start: new Date(START), annotation: { intent: 'hello' } };

    await send({ open, uuid: () => `id-${++made}`, onFrame: (seq) => sent.push(seq) });

    expect(server.heard[0]).toMatchObject({
      record_id: 'id-1',
      timestamp_start: new Date(START).toISOString(),
      annotation: { intent: 'hello' },
    });
    expect(sent).toEqual([1, 2]);
  });

  it('completes a capture of nothing', async () => {
    expect(await send({ frames: framesOf() })).toEqual({ kind: 'completed', frames: 0 });
    expect(server.events).toEqual(['capture.open', 'capture.close']);
  });

  it('is aborted by a capture.abort, also after everything was sent', async () => {
    server.answer = (message, client) => {
      if (!('event' in message) || message.event !== 'capture.close') return;
      client.send(JSON.stringify(ABORT));
      client.close(1000, 'forward_failed: the extractor was lost');
    };

    expect(await send()).toEqual({
      kind: 'aborted',
      error_code: 'forward_failed',
      reason: 'forward_failed: the extractor was lost',
    });
  });

  it('stops awaiting a frame at a capture.abort', async () => {
    const camera = new Camera(1);
    const result = send({ frames: camera });
    await camera.still;
    const client = await server.connected;
    client.send(JSON.stringify(ABORT));
    client.close(1000, 'forward_failed');

    expect(await result).toEqual({ kind: 'aborted', error_code: 'forward_failed', reason: 'forward_failed' });
    await camera.stopped;
    expect(server.events).not.toContain('capture.close');
  });

  it('pulls no further frame after a capture.abort, though frames are ready at once', async () => {
    const camera = new Camera();
    let pulled = 0;
    server.answer = (message, client) => message === server.heard[6] && client.send(JSON.stringify(ABORT));
    socket.on('message', () => (pulled = camera.pulled));

    expect(await send({ frames: camera })).toMatchObject({ kind: 'aborted', error_code: 'forward_failed' });

    await camera.stopped;
    expect(camera.pulled).toBe(pulled);
    expect(server.events).not.toContain('capture.close');
  });

  it('lets the server be heard between frames that are ready at once', async () => {
    let turned = false;
    const turned_at: boolean[] = [];
    const onFrame = (seq: number): void => {
      if (seq === 1) setImmediate(() => (turned = true));
      turned_at.push(turned);
    };

    await send({ frames: framesOf(1, 2, 3, 4, 5), onFrame });

    expect(turned_at.at(0)).toBe(false);
    expect(turned_at.at(-1)).toBe(true);
  });

  it('passes over what it does not know from the server', async () => {
    server.answer = (message, client) => {
      if (!('event' in message) || message.event !== 'capture.close') return;
      for (const text of ['hello', 'null', '7', '{"event":"capture.ack","error_code":"x"}']) client.send(text);
      client.close(1000);
    };

    expect(await send()).toEqual({ kind: 'completed', frames: 2 });
  });

  it.each([
    [1008, 'schema_violation: seq must be an integer'],
    [1001, 'server_shutdown: the server is stopping'],
    [1000, 'no receipt, since nothing was closed yet'],
  ])('fails with a close %i in mid-capture and switches the camera off', async (code, reason) => {
    const camera = new Camera(1);
    const result = send({ frames: camera });
    await camera.still;
    (await server.connected).close(code, reason);

    expect(await result).toEqual({ kind: 'failed', close_code: code, reason });
    await camera.stopped;
  });

  it('fails when the server is gone', async () => {
    const camera = new Camera(1);
    const result = send({ frames: camera });
    await camera.still;
    (await server.connected).terminate();

    expect(await result).toMatchObject({ kind: 'failed', close_code: 1006 });
    await camera.stopped;
  });

  it('fails with the reason of the socket, and pulls nothing, when nobody listens', async () => {
    const url = await server.url();
    await once(socket, 'open');
    await server.stop();
    const camera = new Camera();

    const result = await send({ frames: camera, socket: new WebSocket(url) });

    expect(result).toMatchObject({ kind: 'failed', close_code: 1006 });
    expect(result).toHaveProperty('reason', expect.stringContaining('ECONNREFUSED'));
    await camera.stopped;
    expect(camera.pulled).toBe(0);
  });

  it('fails at once on a socket that is closed already', async () => {
    await once(socket, 'open');
    const closed = once(socket, 'close');
    socket.terminate();
    await closed;

    expect(await send()).toMatchObject({ kind: 'failed', close_code: 1006 });
  });

  it('rejects with the error of the frames, and closes the socket without a capture.close', async () => {
    async function* broken(): AsyncGenerator<CaptureFrame> {
      yield frame(1);
      throw new Error('the camera broke');
    }

    await expect(send({ frames: broken() })).rejects.toThrow('the camera broke');

    await server.closed;
    expect(server.events).toEqual(['capture.open', 'capture.frame_meta', '10 bytes']);
  });

  it('rejects with the reason of the signal, and closes the socket without a capture.close', async () => {
    const abort = new AbortController();
    const camera = new Camera(1);
    const result = send({ frames: camera, signal: abort.signal });
    await camera.still;
    abort.abort(new Error('enough'));

    await expect(result).rejects.toThrow('enough');

    await camera.stopped;
    await server.closed;
    expect(server.events).not.toContain('capture.close');
  });

  it('rejects with the reason of a signal that came before', async () => {
    const camera = new Camera();

    await expect(send({ frames: camera, signal: AbortSignal.abort(new Error('never mind')) })).rejects.toThrow('never');

    await camera.stopped;
    expect(camera.pulled).toBe(0);
  });

  it('pulls a frame only while at most two frames wait in the socket', async () => {
    // more than the two ends' system buffers hold
    const frames = 80;
    const byte_length = 300_000;
    const waiting: number[] = [];
    let onFull = (): void => undefined;
    const full = new Promise<void>((resolve) => (onFull = resolve));
    async function* largeFrames(): AsyncGenerator<CaptureFrame> {
      for (let n = 1; n <= frames; n++) {
        waiting.push(socket.bufferedAmount);
        yield frame(n, byte_length);
      }
    }
    void server.connected.then((client) => client.pause());
    const onFrame = (): void => {
      if (socket.bufferedAmount > 2 * byte_length) onFull();
    };

    const result = send({ frames: largeFrames(), onFrame });
    await full;
    expect(waiting.length).toBeLessThan(frames);
    (await server.connected).resume();

    expect(await result).toEqual({ kind: 'completed', frames });
    expect(Math.max(...waiting)).toBeLessThanOrEqual(2 * byte_length);
  });
});
