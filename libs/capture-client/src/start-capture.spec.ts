import type { CaptureClientMessage, CaptureServerMessage, ClientLimits } from '@a3cp/capture-protocol';
import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { CameraError, type CameraErrorCode } from './camera-error.js';
import type { CaptureWebSocket } from './capture-web-socket.js';
import type { Capture, CaptureOptions } from './capture.js';
import { DEFAULT_CLIENT_LIMITS } from './client-limits.js';
import type { CaptureFrame, FrameBudget, FrameSource } from './frame-source.js';
import { startCapture } from './start-capture.js';

const START = Date.UTC(2026, 0, 1);
const URL_OF_GATEWAY = 'ws://gateway/camera_feed_worker/capture';
const V1 = 'a3cp.capture.v1';

type Listener = (event: { data: unknown; code: number; reason: string; message: string }) => void;

/** A WebSocket whose every event a test brings about. */
class ScriptedSocket implements CaptureWebSocket {
  static readonly made: ScriptedSocket[] = [];
  readyState = 0;
  bufferedAmount = 0;
  /** What was sent: messages, and numbers of bytes. */
  readonly sent: (CaptureClientMessage | number)[] = [];
  closed_by_client = false;
  readonly #listeners: [string, Listener][] = [];

  constructor(
    readonly url: string | URL,
    readonly protocols: string[] = [],
  ) {
    ScriptedSocket.made.push(this);
  }

  send(data: string | Uint8Array): void {
    this.sent.push(typeof data === 'string' ? (JSON.parse(data) as CaptureClientMessage) : data.byteLength);
  }

  close(): void {
    this.closed_by_client = true;
    this.readyState = Math.max(this.readyState, 2);
  }

  addEventListener(type: string, listener: Listener): void {
    this.#listeners.push([type, listener]);
  }

  get events(): (string | number)[] {
    return this.sent.map((message) => (typeof message === 'number' ? message : message.event));
  }

  open(): void {
    this.readyState = 1;
    this.#emit('open');
  }

  hear(message: unknown): void {
    this.#emit('message', { data: typeof message === 'string' ? message : JSON.stringify(message) });
  }

  end(code: number, reason = '', message?: string): void {
    this.readyState = 3;
    if (message !== undefined) this.#emit('error', { message });
    this.#emit('close', { code, reason });
  }

  #emit(type: string, event: Partial<Parameters<Listener>[0]> = {}): void {
    const whole = { data: null, code: 0, reason: '', message: '', ...event };
    for (const [of, listener] of this.#listeners) if (of === type) listener(whole);
  }
}

/** A camera whose every frame a test brings about. */
class ScriptedSource implements FrameSource {
  readonly width = 640;
  readonly height = 480;
  closed = 0;
  budget: FrameBudget | null = null;
  #next: { resolve: (next: IteratorResult<CaptureFrame>) => void; reject: (error: Error) => void } | null = null;

  constructor(readonly fps_target = 15) {}

  frames(budget: FrameBudget): AsyncIterable<CaptureFrame> {
    this.budget = budget;
    const next = (): Promise<IteratorResult<CaptureFrame>> =>
      new Promise((resolve, reject) => (this.#next = { resolve, reject }));
    return { [Symbol.asyncIterator]: () => ({ next }) };
  }

  close(): void {
    this.closed += 1;
  }

  /** Gives a frame taken so many milliseconds after the start; resolves once it was dealt with. */
  async give(ms: number, byte_length = 10): Promise<void> {
    const jpeg = new Uint8Array(byte_length);
    this.#next?.resolve({ done: false, value: { jpeg, timestamp_frame: new Date(START + ms) } });
    await settle();
  }

  async end(): Promise<void> {
    this.#next?.resolve({ done: true, value: undefined });
    await settle();
  }

  async fail(error: Error): Promise<void> {
    this.#next?.reject(error);
    await settle();
  }
}

/** Lets everything happen that waits for nothing. */
async function settle(): Promise<void> {
  await jest.advanceTimersByTimeAsync(0);
}

const opened = (limits: Partial<ClientLimits> = {}, deadline_ms = 17_000): Partial<CaptureServerMessage> => ({
  event: 'capture.opened',
  limits: { ...DEFAULT_CLIENT_LIMITS, ...limits },
  deadline_ms,
});
const ack = (seq: number): Partial<CaptureServerMessage> => ({ event: 'capture.ack', seq });
const receipt = (frame_count: number, byte_count = frame_count * 10): Partial<CaptureServerMessage> => ({
  event: 'capture.closed',
  frame_count,
  byte_count,
});

let source: ScriptedSource;
let socket: ScriptedSocket;

/** Begins a capture; `socket` is what it connects with. */
function begin(options: Partial<CaptureOptions> = {}): Capture {
  const capture = startCapture({
    url: URL_OF_GATEWAY,
    identity: { user_id: 'u1', session_id: 's1', capture_id: 'c1' },
    source,
    WebSocket: ScriptedSocket,
    ...options,
  });
  socket = ScriptedSocket.made.at(-1) ?? socket;
  return capture;
}

/** A capture whose first frames were sent, 67 ms apart. */
async function running(frames = 1, options: Partial<CaptureOptions> = {}): Promise<Capture> {
  const capture = begin(options);
  socket.open();
  await settle();
  for (let n = 0; n < frames; n++) await source.give(n * 67);
  return capture;
}

beforeEach(() => {
  jest.useFakeTimers({ now: START + 500 });
  ScriptedSocket.made.length = 0;
  source = new ScriptedSource();
});

afterEach(() => {
  expect(jest.getTimerCount()).toBe(0);
  jest.useRealTimers();
});

describe('a whole capture', () => {
  it('is opened with the first frame, announces each before its bytes, and is closed with the last', async () => {
    const capture = await running(0, { intent: 'hello' });
    expect(socket.sent).toEqual([]);
    await source.give(0, 10);
    await source.give(67, 20);
    await source.end();
    socket.end(1000, 'completed');

    const skipped = 0;
    const completed = { kind: 'completed', capture_id: 'c1', frames: 2, bytes: 30, skipped, receipt: false };
    expect(await capture.result).toEqual(completed);
    const common = {
      schema_version: '1.0.1',
      record_id: expect.stringMatching(/^[0-9a-f-]{36}$/),
      user_id: 'u1',
      session_id: 's1',
      capture_id: 'c1',
      timestamp: new Date(START + 500).toISOString(),
    };
    const at = (ms: number) => new Date(START + ms).toISOString();
    expect(socket.sent).toEqual([
      {
        ...common,
        event: 'capture.open',
        timestamp_start: at(0),
        fps_target: 15,
        width: 640,
        height: 480,
        encoding: 'jpeg',
        annotation: { intent: 'hello' },
      },
      { ...common, event: 'capture.frame_meta', seq: 1, timestamp_frame: at(0), byte_length: 10 },
      10,
      { ...common, event: 'capture.frame_meta', seq: 2, timestamp_frame: at(67), byte_length: 20 },
      20,
      { ...common, event: 'capture.close', timestamp_end: at(67) },
    ]);
    const ids = socket.sent.flatMap((message) => (typeof message === 'number' ? [] : [message.record_id]));
    expect(new Set(ids).size).toBe(4);
    expect(source.closed).toBe(1);
  });

  it('has no annotation without an intent, and a random capture_id unless it is given one', async () => {
    const capture = await running(1, { identity: { user_id: 'u1', session_id: 's1' } });
    capture.stop();
    await settle();
    socket.end(1000);
    await capture.result;

    expect(capture.capture_id).toMatch(/^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/);
    expect(socket.sent[0]).toMatchObject({ capture_id: capture.capture_id });
    expect(socket.sent[0]).not.toHaveProperty('annotation');
  });

  it('is complete with the receipt when the server speaks a3cp.capture.v1', async () => {
    const capture = await running(2);
    expect(socket.protocols).toEqual([V1]);
    socket.hear(opened());
    capture.stop();
    await settle();
    socket.hear(receipt(2));

    expect(await capture.result).toMatchObject({ kind: 'completed', frames: 2, receipt: true });
    expect(socket.closed_by_client).toBe(true);
  });

  it('may be one of nothing', async () => {
    const capture = begin();
    capture.stop();
    socket.open();
    await settle();
    expect(socket.events).toEqual(['capture.open', 'capture.close']);
    socket.end(1000);

    expect(await capture.result).toMatchObject({ kind: 'completed', frames: 0 });
  });

  it('lets go of the camera as soon as nothing more is taken from it', async () => {
    const capture = await running();
    expect(source.closed).toBe(0);
    capture.stop();
    await settle();
    expect(source.closed).toBe(1);
    socket.end(1000);
    await capture.result;

    expect(source.closed).toBe(1);
  });

  it('passes over what it does not know', async () => {
    const capture = await running();
    for (const message of ['hello', 'null', '7', '{}', '{"event":"capture.news","error_code":"x"}'])
      socket.hear(message);
    capture.stop();
    await settle();
    socket.end(1000);

    expect(await capture.result).toMatchObject({ kind: 'completed' });
  });
});

describe('progress', () => {
  it('tells what was sent, skipped and delivered, and ends with the result', async () => {
    const capture = begin();
    const read: unknown[] = [];
    const reading = (async () => {
      for await (const progress of capture) read.push(progress);
    })();
    socket.open();
    await settle();
    await source.give(0);
    socket.hear(opened());
    await settle();
    await source.give(67);
    socket.hear(ack(1));
    await settle();
    socket.bufferedAmount = 11;
    await source.give(133);
    capture.stop();
    await settle();
    socket.hear(receipt(2));
    await reading;

    const sent = { kind: 'progress', frames_sent: 1, frames_skipped: 0, bytes_sent: 10, elapsed_ms: 0 };
    const both = { ...sent, frames_sent: 2, bytes_sent: 20, elapsed_ms: 67 };
    expect(read).toEqual([
      { ...sent, frames_delivered: null },
      { kind: 'opened', limits: DEFAULT_CLIENT_LIMITS, deadline_ms: 17_000 },
      { ...both, frames_delivered: 0 },
      { ...both, frames_delivered: 1 },
      { ...both, frames_delivered: 1, frames_skipped: 1 },
      { kind: 'closing' },
      { ...both, frames_delivered: 2, frames_skipped: 1 },
    ]);
  });

  it('throws what the result rejects with, and nobody else has to look at that', async () => {
    const abort = new AbortController();
    const capture = await running(1, { signal: abort.signal });
    const read: unknown[] = [];
    const reading = (async () => {
      for await (const progress of capture) read.push(progress);
    })();
    await settle();
    abort.abort(new Error('enough'));

    await expect(reading).rejects.toThrow('enough');
  });
});

describe('a ticket', () => {
  it('is brought with the connection, and not twice', async () => {
    const capture = begin({ ticket: 'header.claims.signature' });
    expect(socket.protocols).toEqual(['a3cp.capture.v1', 'a3cp.ticket.header.claims.signature']);
    socket.end(1006, '', 'Unexpected server response: 401');

    expect(await capture.result).toMatchObject({ kind: 'failed', failure: 'server_unreachable' });
    expect(ScriptedSocket.made).toHaveLength(1);
  });
});

describe('a server that does not speak a3cp.capture.v1', () => {
  it('is connected to once more without offering it', async () => {
    const capture = begin();
    socket.end(1006, '', 'Server sent no subprotocol');
    const [, second] = ScriptedSocket.made;
    expect(second?.protocols).toEqual([]);
    socket = second ?? socket;
    socket.open();
    await settle();
    await source.give(0);
    capture.stop();
    await settle();
    socket.end(1000, 'completed');

    expect(await capture.result).toMatchObject({ kind: 'completed', frames: 1, receipt: false });
  });

  it('is not there if that fails too', async () => {
    const capture = begin();
    socket.end(1006, '', 'connect ECONNREFUSED');
    ScriptedSocket.made[1]?.end(1006, '', 'connect ECONNREFUSED');

    expect(await capture.result).toMatchObject({
      kind: 'failed',
      failure: 'server_unreachable',
      close_code: 1006,
      reason: 'connect ECONNREFUSED',
      retry: 'later',
      frames_delivered: null,
    });
    expect(ScriptedSocket.made).toHaveLength(2);
    expect(source.closed).toBe(1);
    expect(source.budget).toBeNull();
  });

  it('may select whatever it is offered, and is believed its 1000', async () => {
    const capture = await running();
    capture.stop();
    await settle();
    socket.end(1000, 'completed');

    expect(await capture.result).toMatchObject({ kind: 'completed', receipt: false });
  });
});

describe('a network that is behind', () => {
  it('has frames left out before they get a seq, until the last one has begun to leave', async () => {
    const capture = await running(1);
    socket.bufferedAmount = 11;
    await source.give(67);
    await source.give(133);
    socket.bufferedAmount = 10;
    await source.give(200);
    capture.stop();
    await settle();
    socket.end(1000);

    expect(await capture.result).toMatchObject({ kind: 'completed', frames: 2, skipped: 2 });
    expect(socket.sent[3]).toMatchObject({ seq: 2, timestamp_frame: new Date(START + 200).toISOString() });
  });

  it('has frames left out that would not arrive within a second', async () => {
    const capture = await running(0);
    await source.give(0, 100);
    socket.hear(opened());
    for (let n = 1; n <= 3; n++) await source.give(n * 67, 100);
    await jest.advanceTimersByTimeAsync(500);
    socket.hear(ack(2));
    for (let n = 4; n <= 8; n++) await source.give(n * 67, 100);
    expect(socket.events.filter((event) => event === 100)).toHaveLength(6);
    socket.hear(ack(5));
    await source.give(600, 100);
    capture.stop();
    await settle();
    socket.hear(receipt(7, 700));

    expect(await capture.result).toMatchObject({ kind: 'completed', frames: 7, skipped: 3 });
  });

  it('may be so slow that each frame has to have arrived before the next', async () => {
    const capture = await running(1);
    socket.hear(opened());
    await jest.advanceTimersByTimeAsync(2_000);
    await source.give(2_000);
    socket.hear(ack(1));
    await source.give(2_067);
    await source.give(2_133);
    capture.stop();
    await settle();
    socket.hear(receipt(2));

    expect(await capture.result).toMatchObject({ kind: 'completed', frames: 2, skipped: 2 });
  });

  it('is not known to be by a server that does not acknowledge', async () => {
    const capture = await running(1);
    await jest.advanceTimersByTimeAsync(3_000);
    await source.give(3_000);
    capture.stop();
    await settle();
    socket.end(1000);

    expect(await capture.result).toMatchObject({ frames: 2, skipped: 0 });
  });
});

describe('the limits', () => {
  /** Completes the capture, which must have sent its capture.close by itself. */
  async function closed(capture: Capture, frames: number): Promise<void> {
    await settle();
    expect(socket.events.at(-1)).toBe('capture.close');
    socket.end(1000);
    expect(await capture.result).toMatchObject({ kind: 'completed', frames });
  }

  it('end a capture after 15 s of event time', async () => {
    const capture = await running();
    for (const ms of [4_000, 8_000, 12_000, 15_000, 15_001]) await source.give(ms);
    await closed(capture, 5);
  });

  it('end a capture after the time it was meant for', async () => {
    const capture = await running(1, { duration_ms: 1_000 });
    await source.give(1_000);
    await source.give(1_001);
    await closed(capture, 2);
  });

  it.each<[what: string, limits: Partial<ClientLimits>]>([
    ['time', { max_duration_ms: 200 }],
    ['frames', { max_frames: 3 }],
    ['bytes', { max_total_bytes: 39 }],
  ])('of the server itself count: %s', async (_what, limits) => {
    const capture = begin();
    socket.open();
    await settle();
    await source.give(0);
    socket.hear({ ...opened(limits) });
    await source.give(67);
    await source.give(133);
    await source.give(201);
    await settle();
    expect(socket.events.at(-1)).toBe('capture.close');
    socket.hear(receipt(3));
    expect(await capture.result).toMatchObject({ kind: 'completed', frames: 3 });
  });

  it('of one frame are told to the source, and kept', async () => {
    const capture = await running();
    expect(source.budget?.max_frame_bytes).toBe(300_000);
    socket.hear(opened({ max_frame_bytes: 100 }));
    expect(source.budget?.max_frame_bytes).toBe(100);
    await source.give(67, 101);
    await source.give(133, 100);
    capture.stop();
    await settle();
    socket.hear(receipt(2, 110));

    expect(await capture.result).toMatchObject({ kind: 'completed', frames: 2, skipped: 1 });
  });

  it("end a capture before the server's deadline, whatever its event time", async () => {
    const capture = await running();
    socket.hear(opened({}, 5_000));
    socket.hear(ack(1));
    await jest.advanceTimersByTimeAsync(3_499);
    await source.give(67);
    expect(socket.events.at(-1)).toBe(10);
    await jest.advanceTimersByTimeAsync(1);
    expect(socket.events.at(-1)).toBe('capture.close');
    socket.hear(receipt(2));

    expect(await capture.result).toMatchObject({ kind: 'completed', frames: 2 });
  });

  it('end a capture before the deadline of a server that does not tell it', async () => {
    const capture = await running();
    for (let n = 1; n <= 5; n++) {
      await jest.advanceTimersByTimeAsync(3_000);
      await source.give(n * 67);
    }
    expect(socket.events.at(-1)).toBe(10);
    await jest.advanceTimersByTimeAsync(500);
    await closed(capture, 6);
  });
});

describe('an abort', () => {
  const ABORT = { event: 'capture.abort', error_code: 'session_closed' };

  it('stops the frames, and says why in words for a person', async () => {
    const capture = await running();
    socket.hear(opened());
    socket.hear(ack(1));
    socket.hear(ABORT);
    await settle();
    expect(source.closed).toBe(1);
    expect(socket.events).toEqual(['capture.open', 'capture.frame_meta', 10]);
    socket.end(1000, 'session_closed: the session has ended');

    expect(await capture.result).toEqual({
      kind: 'aborted',
      capture_id: 'c1',
      error_code: 'session_closed',
      explanation: 'This session has been ended. Please start a new session.',
      retry: 'new_session',
      reason: 'session_closed: the session has ended',
      frames_delivered: 1,
    });
  });

  it('may come after everything was sent', async () => {
    const capture = await running();
    capture.stop();
    await settle();
    socket.hear({ ...ABORT, error_code: 'forward_failed' });
    socket.end(1000, 'forward_failed: no');

    expect(await capture.result).toMatchObject({ kind: 'aborted', error_code: 'forward_failed', retry: 'now' });
  });

  it('counts, though the close that belongs to it never comes', async () => {
    const capture = await running();
    socket.hear(ABORT);
    await jest.advanceTimersByTimeAsync(10_000);

    expect(await capture.result).toMatchObject({ kind: 'aborted', error_code: 'session_closed', reason: '' });
  });

  it('of a code this client does not know has words too', async () => {
    const capture = await running();
    socket.hear({ ...ABORT, error_code: 'brand_new' });
    socket.end(1000);

    expect(await capture.result).toMatchObject({
      error_code: 'brand_new',
      explanation: expect.any(String),
      retry: 'now',
    });
  });
});

describe('a failure', () => {
  it.each([
    [1000, 'not_confirmed'],
    [1001, 'server_stopping'],
    [1006, 'connection_lost'],
    [1008, 'message_refused'],
    [1011, 'server_failed'],
  ])('is a close %i in mid-capture: %s', async (close_code, failure) => {
    const capture = await running();
    socket.end(close_code, 'why');

    expect(await capture.result).toMatchObject({ kind: 'failed', failure, close_code, reason: 'why' });
    expect(source.closed).toBe(1);
    expect(socket.events).not.toContain('capture.close');
  });

  it.each([
    ['counts other frames', receipt(1, 20)],
    ['counts other bytes', receipt(2, 21)],
  ])('is a receipt that %s', async (_what, message) => {
    const capture = await running(2);
    socket.hear(opened());
    capture.stop();
    await settle();
    socket.hear(message);

    expect(await capture.result).toMatchObject({ kind: 'failed', failure: 'not_confirmed', frames_delivered: 0 });
  });

  it('is a receipt before the capture was closed', async () => {
    const capture = await running(2);
    socket.hear(opened());
    socket.hear(receipt(2));

    expect(await capture.result).toMatchObject({ kind: 'failed', failure: 'not_confirmed' });
  });

  it('is a 1000 without the receipt, from a server that would give one', async () => {
    const capture = await running(2);
    socket.hear(opened());
    capture.stop();
    await settle();
    socket.end(1000, 'completed');

    expect(await capture.result).toMatchObject({ kind: 'failed', failure: 'not_confirmed', close_code: 1000 });
  });

  it('is a 1000 of a server that had begun to close when the capture was', async () => {
    const capture = await running(2);
    socket.readyState = 2;
    capture.stop();
    await settle();
    socket.end(1000);

    expect(await capture.result).toMatchObject({ kind: 'failed', failure: 'not_confirmed', close_code: 1000 });
  });

  it('is a server that never opens the connection', async () => {
    const capture = begin();
    await jest.advanceTimersByTimeAsync(10_000);

    expect(await capture.result).toMatchObject({ kind: 'failed', failure: 'server_silent' });
    expect(socket.closed_by_client).toBe(true);
    expect(source.closed).toBe(1);
    socket.end(1006);
    expect(ScriptedSocket.made).toHaveLength(1);
  });

  it('is a verdict that never comes', async () => {
    const capture = await running();
    capture.stop();
    await jest.advanceTimersByTimeAsync(10_000);

    expect(await capture.result).toMatchObject({ kind: 'failed', failure: 'server_silent' });
    expect(socket.closed_by_client).toBe(true);
  });

  it('is a network that takes nothing for four seconds', async () => {
    const capture = await running();
    socket.bufferedAmount = 11;
    for (let ms = 1_000; ms <= 4_000; ms += 1_000) {
      await source.give(ms);
      await jest.advanceTimersByTimeAsync(1_000);
    }

    expect(await capture.result).toMatchObject({ kind: 'failed', failure: 'connection_lost' });
    expect(source.closed).toBe(1);
  });

  it('is a camera that gives nothing for four seconds', async () => {
    const capture = await running();
    await jest.advanceTimersByTimeAsync(4_000);

    expect(await capture.result).toMatchObject({ kind: 'failed', failure: 'camera_silent' });
    expect(socket.closed_by_client).toBe(true);
    expect(source.closed).toBe(1);
  });

  it('is a source of which no frame could be sent', async () => {
    const capture = await running(0);
    await source.give(0, 300_001);
    await source.end();

    expect(await capture.result).toMatchObject({ kind: 'failed', failure: 'limit_frame_bytes_exceeded' });
    expect(socket.sent).toEqual([]);
  });

  it.each<CameraErrorCode>(['camera_lost', 'camera_failed'])('is a %s, and no capture.close hides it', async (code) => {
    const capture = await running(3);
    socket.hear(opened());
    socket.hear(ack(2));
    await source.fail(new CameraError(code));

    expect(await capture.result).toMatchObject({
      kind: 'failed',
      failure: code,
      retry: 'after_change',
      frames_delivered: 2,
    });
    expect(socket.events).not.toContain('capture.close');
    expect(socket.closed_by_client).toBe(true);
    expect(source.closed).toBe(1);
  });
});

describe('a rejection', () => {
  it('is what the source throws', async () => {
    const capture = await running();
    const rejected = expect(capture.result).rejects.toThrow('the disk broke');
    await source.fail(new Error('the disk broke'));

    await rejected;
    expect(socket.closed_by_client).toBe(true);
    expect(socket.events).not.toContain('capture.close');
    expect(source.closed).toBe(1);
  });

  it("is the signal's reason", async () => {
    const abort = new AbortController();
    const capture = await running(1, { signal: abort.signal });
    const rejected = expect(capture.result).rejects.toThrow('enough');
    abort.abort(new Error('enough'));

    await rejected;
    expect(socket.closed_by_client).toBe(true);
    expect(socket.events).not.toContain('capture.close');
    expect(source.closed).toBe(1);
    // what was on its way begins nothing anew
    socket.hear(opened());
  });

  it('is the reason of a signal that came before, and nothing is connected', async () => {
    const capture = begin({ signal: AbortSignal.abort(new Error('never mind')) });

    await expect(capture.result).rejects.toThrow('never mind');
    expect(ScriptedSocket.made).toEqual([]);
    expect(source.closed).toBe(1);
  });

  it("is the signal's reason while nothing but the verdict is missing", async () => {
    const abort = new AbortController();
    const capture = await running(1, { signal: abort.signal });
    capture.stop();
    await settle();
    const rejected = expect(capture.result).rejects.toThrow('enough');
    abort.abort(new Error('enough'));

    await rejected;
  });

  it('is the error of a WebSocket that cannot be made', async () => {
    class NoSocket extends ScriptedSocket {
      constructor() {
        super('');
        throw new SyntaxError('not a URL');
      }
    }
    const capture = begin({ WebSocket: NoSocket });

    await expect(capture.result).rejects.toThrow('not a URL');
    expect(source.closed).toBe(1);
  });
});
