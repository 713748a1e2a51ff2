import type { CaptureClientMessage, CaptureServerMessage, ClientLimits } from '@a3cp/capture-protocol';
import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { CameraError } from './camera-error.js';
import type { CameraErrorCode } from './camera-error-code.js';
import type { CaptureWebSocket } from './capture-web-socket.js';
import type { Capture, CaptureOptions } from './capture.js';
import { DEFAULT_CLIENT_LIMITS } from './client-limits.js';
import { explain } from './explanation.js';
import type { CaptureFrame, FrameBudget, FrameSource } from './frame-source.js';
import { startCapture } from './start-capture.js';
import { UplinkMemory } from './uplink-memory.js';

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
  /** How often it was asked for a frame. */
  asked = 0;
  #next: { resolve: (next: IteratorResult<CaptureFrame>) => void; reject: (error: Error) => void } | null = null;

  constructor(readonly fps_target = 15) {}

  frames(budget: FrameBudget): AsyncIterable<CaptureFrame> {
    this.budget = budget;
    const next = (): Promise<IteratorResult<CaptureFrame>> => {
      this.asked += 1;
      return new Promise((resolve, reject) => (this.#next = { resolve, reject }));
    };
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

const opened = (limits: Partial<ClientLimits> = {}, deadline_ms = 25_000): Partial<CaptureServerMessage> => ({
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
    uplinks: new UplinkMemory(),
    ...options,
  });
  socket = ScriptedSocket.made.at(-1) ?? socket;
  return capture;
}

/** Connects a capture to a server that does not speak a3cp.capture.v1: it refuses the offer, and takes no offer. */
async function connectPlainly(options: Partial<CaptureOptions> = {}): Promise<Capture> {
  const capture = begin(options);
  socket.end(1006, '', 'Server sent no subprotocol');
  socket = ScriptedSocket.made.at(-1) ?? socket;
  socket.open();
  await settle();
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
    const delivered = { frames: 2, bytes: 30, last_timestamp_frame: new Date(START + 67), largest_hole_ms: 67 };
    const completed = { kind: 'completed', capture_id: 'c1', ...delivered, skipped, receipt: false };
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
    await source.give(133, 300_001);
    capture.stop();
    await settle();
    socket.hear(receipt(2));
    await reading;

    const sent = { kind: 'progress', frames_sent: 1, frames_skipped: 0, bytes_sent: 10, elapsed_ms: 0 };
    const both = { ...sent, frames_sent: 2, bytes_sent: 20, elapsed_ms: 67 };
    expect(read).toEqual([
      { ...sent, frames_delivered: null },
      { kind: 'opened', limits: DEFAULT_CLIENT_LIMITS, deadline_ms: 25_000 },
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

describe('a slow network', () => {
  it('gets no more than four frames before the first acknowledgement', async () => {
    const capture = await running(0);
    for (let n = 0; n < 30; n++) {
      await source.give(n * 67);
      await jest.advanceTimersByTimeAsync(67);
    }
    expect(socket.events.filter((event) => event === 10)).toHaveLength(4);
    socket.hear(opened());
    socket.hear(ack(4));
    await source.give(2_010);
    capture.stop();
    await settle();
    expect(socket.sent.at(-3)).toMatchObject({ seq: 5, timestamp_frame: new Date(START + 2_010).toISOString() });
    socket.hear(receipt(5));

    expect(await capture.result).toMatchObject({ kind: 'completed', frames: 5, skipped: 26, largest_hole_ms: 1_742 });
  });

  it('gets no more than 100,000 bytes before the first acknowledgement', async () => {
    const capture = await running(0);
    await source.give(0, 60_000);
    await jest.advanceTimersByTimeAsync(67);
    await source.give(67, 40_001);
    await source.give(67, 40_000);
    await jest.advanceTimersByTimeAsync(67);
    await source.give(133, 10);
    capture.stop();
    await settle();
    expect(socket.events.filter((event) => typeof event === 'number')).toEqual([60_000, 40_000]);
    socket.end(1000);
    await capture.result;
  });

  it('is told to the source as what a frame may have', async () => {
    await running(0);
    await source.give(0, 28_800);
    expect(source.budget?.max_frame_bytes).toBe(300_000);
    socket.hear(opened());
    await jest.advanceTimersByTimeAsync(800);
    socket.hear(ack(1));
    expect(source.budget?.max_frame_bytes).toBe(6_000);
    socket.end(1006);
  });

  it('says so when nothing has moved for a second, and when something moves again', async () => {
    const capture = await running(1);
    const waits: unknown[] = [];
    const reading = (async () => {
      for await (const progress of capture) if (progress.kind === 'network') waits.push(progress.waiting);
    })();
    socket.hear(opened());
    socket.hear(ack(1));
    await jest.advanceTimersByTimeAsync(2_000);
    await source.give(2_000);
    await jest.advanceTimersByTimeAsync(999);
    expect(waits).toEqual([]);
    await jest.advanceTimersByTimeAsync(251);
    expect(waits).toEqual([true]);
    socket.hear(ack(2));
    await settle();
    expect(waits).toEqual([true, false]);
    capture.stop();
    await settle();
    socket.hear(receipt(2));
    await reading;
  });

  it('is where the next capture of the page begins', async () => {
    const uplinks = new UplinkMemory();
    await running(0, { uplinks });
    await source.give(0, 28_800);
    socket.hear(opened());
    await jest.advanceTimersByTimeAsync(800);
    socket.hear(ack(1));
    socket.end(1006);
    await settle();
    await running(0, { uplinks });

    expect(source.budget?.max_frame_bytes).toBe(6_000);
    socket.end(1006);
  });
});

describe('a pause of the source', () => {
  it('is no slow network: no frame after it is left out', async () => {
    const capture = await running(0);
    const giveAndAcknowledge = async (from_ms: number, frames: number) => {
      for (let n = 0; n < frames; n++) {
        await source.give(from_ms + n * 67, 28_800);
        if (n === 0 && from_ms === 0) socket.hear(opened());
        if (n % 4 === 2) socket.hear(ack(socket.sent.filter((message) => message === 28_800).length));
        await jest.advanceTimersByTimeAsync(67);
      }
    };
    await giveAndAcknowledge(0, 15);
    await jest.advanceTimersByTimeAsync(2_500);
    await giveAndAcknowledge(3_500, 45);
    capture.stop();
    await settle();
    socket.hear(receipt(60, 60 * 28_800));

    expect(await capture.result).toMatchObject({ kind: 'completed', frames: 60, skipped: 0 });
    expect(source.budget?.max_frame_bytes).toBe(300_000);
  });
});

describe('a source that waits', () => {
  beforeEach(() => {
    source = Object.assign(source, { waits: true });
  });

  it('is asked for its next frame once the last has gone out, and none is left out', async () => {
    const capture = await running(0);
    for (let n = 0; n < 4; n++) await source.give(n * 67, 25_000);
    await source.give(268, 25_000);
    expect(source.asked).toBe(5);
    await jest.advanceTimersByTimeAsync(3_000);
    expect(source.asked).toBe(5);
    socket.hear(opened());
    socket.hear(ack(1));
    await jest.advanceTimersByTimeAsync(20);
    expect(source.asked).toBe(6);
    await source.end();
    socket.hear(receipt(5, 125_000));

    expect(await capture.result).toMatchObject({ kind: 'completed', frames: 5, skipped: 0 });
  });

  it('is not waited for when the capture is over', async () => {
    const capture = await running(0);
    for (let n = 0; n < 5; n++) await source.give(n * 67, 25_000);
    capture.stop();
    await jest.advanceTimersByTimeAsync(20);
    expect(socket.events.at(-1)).toBe('capture.close');
    expect(source.closed).toBe(1);
    socket.end(1000);

    expect(await capture.result).toMatchObject({ kind: 'completed', frames: 4 });
  });
});

describe('without a3cp.capture.v1', () => {
  it('what has not left for the network is on the way', async () => {
    const capture = await connectPlainly();
    for (let n = 0; n < 100; n++) {
      await source.give(n * 67, 10_000);
      // nothing leaves after the third frame
      if (n > 3) socket.bufferedAmount += socket.sent.at(-1) === 10_000 ? 10_000 : 0;
      await jest.advanceTimersByTimeAsync(67);
    }
    const sent = socket.events.filter((event) => event === 10_000).length;
    expect(sent).toBeLessThan(50);
    socket.bufferedAmount = 0;
    await source.give(6_700, 10_000);
    capture.stop();
    await settle();
    socket.end(1000);

    expect(await capture.result).toMatchObject({ kind: 'completed', frames: sent + 1, receipt: false });
  });

  it('a server that selects the extension and does not speak it holds nothing up for longer than 5 s', async () => {
    const capture = await running(0);
    for (let n = 0; n < 6; n++) await source.give(n * 67);
    await jest.advanceTimersByTimeAsync(5_000);
    await source.give(5_000);
    capture.stop();
    await settle();
    socket.end(1000);

    expect(await capture.result).toMatchObject({ kind: 'completed', frames: 5, skipped: 2 });
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
    const capture = await connectPlainly();
    for (const ms of [0, 4_000, 8_000, 12_000, 15_000, 15_001]) await source.give(ms);
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
    socket.hear(ack(1));
    expect(source.budget?.max_frame_bytes).toBe(100);
    await source.give(67, 101);
    await source.give(133, 100);
    capture.stop();
    await settle();
    socket.hear(receipt(2, 110));

    expect(await capture.result).toMatchObject({ kind: 'completed', frames: 2, skipped: 1 });
  });

  it("end a capture 2 s before the server's deadline, whatever its event time", async () => {
    const capture = await running();
    socket.hear(opened({}, 9_000));
    socket.hear(ack(1));
    await jest.advanceTimersByTimeAsync(6_990);
    await source.give(67);
    expect(socket.events.at(-1)).toBe(10);
    await jest.advanceTimersByTimeAsync(260);
    expect(socket.events.at(-1)).toBe('capture.close');
    socket.hear(receipt(2));

    expect(await capture.result).toMatchObject({ kind: 'completed', frames: 2 });
  });

  it('count the deadline from the capture.open, since its answer may come late', async () => {
    const capture = await running();
    await jest.advanceTimersByTimeAsync(4_000);
    socket.hear(opened({}, 9_000));
    socket.hear(ack(1));
    await jest.advanceTimersByTimeAsync(3_250);
    expect(socket.events.at(-1)).toBe('capture.close');
    socket.hear(receipt(1));

    expect(await capture.result).toMatchObject({ kind: 'completed', frames: 1 });
  });

  it('end a capture before the deadline of a server that does not tell it', async () => {
    const capture = await connectPlainly();
    for (let n = 0; n <= 3; n++) {
      await source.give(n * 67);
      await jest.advanceTimersByTimeAsync(5_700);
    }
    expect(socket.events.at(-1)).toBe(10);
    await jest.advanceTimersByTimeAsync(450);
    await closed(capture, 4);
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
      explained_code: 'session_closed',
      retry: 'new_session',
      reason: 'session_closed: the session has ended',
      frames_delivered: 1,
      last_timestamp_frame: new Date(START),
      largest_hole_ms: 0,
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
    socket.hear(opened());
    socket.hear(ABORT);
    await jest.advanceTimersByTimeAsync(10_250);

    expect(await capture.result).toMatchObject({ kind: 'aborted', error_code: 'session_closed', reason: '' });
  });

  it('of a code this client does not know has words too', async () => {
    const capture = await running();
    socket.hear({ ...ABORT, error_code: 'brand_new' });
    socket.end(1000);

    expect(await capture.result).toMatchObject({
      error_code: 'brand_new',
      explanation: expect.any(String),
      explained_code: 'server_failed',
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
    await jest.advanceTimersByTimeAsync(10_250);

    expect(await capture.result).toMatchObject({ kind: 'failed', failure: 'server_silent' });
    expect(socket.closed_by_client).toBe(true);
    expect(source.closed).toBe(1);
    socket.end(1006);
    expect(ScriptedSocket.made).toHaveLength(1);
  });

  it('is a verdict that never comes', async () => {
    const capture = await running();
    socket.hear(opened());
    capture.stop();
    await jest.advanceTimersByTimeAsync(9_000);
    // a sign of life: the last frames are still on their way
    socket.hear(ack(1));
    await jest.advanceTimersByTimeAsync(9_000);
    expect(socket.closed_by_client).toBe(false);
    await jest.advanceTimersByTimeAsync(1_250);

    expect(await capture.result).toMatchObject({ kind: 'failed', failure: 'server_silent' });
    expect(socket.closed_by_client).toBe(true);
  });

  it('is a network that takes nothing and brings nothing for 10 s', async () => {
    const capture = await running(3);
    socket.hear(opened({ max_duration_ms: 60_000 }, 70_000));
    socket.hear(ack(1));
    for (let ms = 200; ms <= 60_000 && !source.closed; ms += 67) {
      await source.give(ms, 30_000);
      await jest.advanceTimersByTimeAsync(67);
    }

    expect(await capture.result).toMatchObject({ kind: 'failed', failure: 'connection_lost', frames_delivered: 1 });
    expect(source.closed).toBe(1);
  });

  it('is a camera that gives nothing for 10 s', async () => {
    const capture = await running();
    socket.hear(opened());
    socket.hear(ack(1));
    await jest.advanceTimersByTimeAsync(10_250);

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

describe('the words for an end that lack of time brought', () => {
  const silence = { event: 'capture.abort', error_code: 'protocol_violation' };

  it('are about the network while frames are on their way', async () => {
    const capture = await running(2);
    socket.hear(opened());
    socket.hear(ack(1));
    socket.hear(silence);
    socket.end(1000, 'protocol_violation: nothing received for 8000 ms');

    const words = explain('network_too_slow');
    expect(words.explained_code).toBe('network_too_slow');
    expect(await capture.result).toMatchObject({ error_code: 'protocol_violation', ...words });
  });

  it('are about the camera if everything has arrived and it gives nothing', async () => {
    const capture = await running(1);
    socket.hear(opened());
    socket.hear(ack(1));
    await jest.advanceTimersByTimeAsync(8_000);
    socket.hear(silence);
    socket.end(1000);

    expect(await capture.result).toMatchObject({ explanation: explain('camera_silent').explanation });
  });

  it('are those of the code if the server did not accept the capture', async () => {
    const capture = await running(2);
    socket.hear(silence);
    socket.end(1000, 'protocol_violation: capture_id is in use');

    expect(await capture.result).toMatchObject({ explanation: explain('protocol_violation').explanation });
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
