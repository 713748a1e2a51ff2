import type { CaptureWebSocket, CaptureWebSocketConstructor } from '@a3cp/capture-client';
import type { CaptureClientMessage } from '@a3cp/capture-protocol';

/** Packets, and the time that one number of a line is about, as in tools/networks/recordings. */
const PACKET_BYTES = 1_500;
const BIN_MS = 100;

/** How finely the network moves bytes. */
const STEP_MS = 10;

/** Bytes that the client's kernel takes before any wait in the WebSocket. */
const KERNEL_BYTES = 128_000;

/** The request that opens a WebSocket, and the answer to it. */
const REQUEST_BYTES = 500;
const ANSWER_BYTES = 200;

/** How long the extractor takes for a frame, and the gateway for an open. */
const ANSWER_MS = 5;

/** Timers of the gateway. PROTOCOL.md, "Timers". */
const TICK_MS = 250;
const ACK_INTERVAL_MS = 250;
const SILENCE_TIMEOUT_MS = 8_000;
const DEADLINE_MS = 25_000;

/** A network: how many packets it carries in each 100 ms, in each direction, and its round trip when nothing waits. */
export interface SimulatedLine {
  readonly up: (bin: number) => number;
  readonly down: (bin: number) => number;
  readonly round_trip_ms: number;
}

/**
 * WebSockets over a network, each with a gateway of its own at the other end. Their time is that of `performance.now()` and
 * of the timers, which a test replaces, and begins with the WebSocket.
 */
export function webSocketOver(line: SimulatedLine): CaptureWebSocketConstructor {
  return class extends SimulatedWebSocket {
    constructor() {
      super(line);
    }
  };
}

/** One direction: a queue without end that the line empties, then half a round trip. */
class Direction {
  readonly #queue: { left: number; readonly deliver: () => void }[] = [];
  #queued_bytes = 0;
  #spare_bytes = 0;

  constructor(
    private readonly capacity: (bin: number) => number,
    private readonly delay_ms: number,
    private readonly carried: () => void = () => undefined,
  ) {}

  get queued_bytes(): number {
    return this.#queued_bytes;
  }

  push(bytes: number, deliver: () => void): void {
    this.#queue.push({ left: bytes, deliver });
    this.#queued_bytes += bytes;
  }

  /** What the line carries in one step from this time on. */
  step(at_ms: number): void {
    this.#spare_bytes += (this.capacity(Math.floor(at_ms / BIN_MS)) * PACKET_BYTES * STEP_MS) / BIN_MS;
    for (let [head] = this.#queue; head && this.#spare_bytes > 0; [head] = this.#queue) {
      const bytes = Math.min(head.left, this.#spare_bytes);
      head.left -= bytes;
      this.#spare_bytes -= bytes;
      this.#queued_bytes -= bytes;
      setTimeout(this.carried, this.delay_ms);
      if (head.left > 0) return;
      this.#queue.shift();
      setTimeout(head.deliver, this.delay_ms);
    }
    // what nothing waited for is lost
    this.#spare_bytes = 0;
  }
}

/** A gateway that speaks a3cp.capture.v1, with an extractor that is quick. */
class SimulatedGateway {
  #opened_at: number | null = null;
  #heard_at = Infinity;
  #delivered = { frames: 0, bytes: 0 };
  #acknowledged = { frames: 0, at: -Infinity };
  #is_over = false;

  constructor(
    private readonly answer: (message: object) => void,
    private readonly close: (reason: string) => void,
  ) {}

  hear(message: CaptureClientMessage | number): void {
    if (this.#is_over) return;
    if (typeof message === 'number') setTimeout(() => this.#deliver(message), ANSWER_MS);
    else if (message.event === 'capture.open') setTimeout(() => this.#accept(), ANSWER_MS);
    else if (message.event === 'capture.close') setTimeout(() => this.#complete(), 2 * ANSWER_MS);
  }

  /** Bytes of something have arrived. */
  touch(): void {
    this.#heard_at = performance.now();
  }

  tick(): void {
    if (this.#is_over || this.#opened_at === null) return;
    this.#acknowledge();
    const now = performance.now();
    if (now - this.#heard_at > SILENCE_TIMEOUT_MS) this.#abort('protocol_violation');
    else if (now - this.#opened_at > DEADLINE_MS) this.#abort('limit_duration_exceeded');
  }

  #accept(): void {
    this.#opened_at = performance.now();
    this.answer({ event: 'capture.opened', limits: {}, deadline_ms: DEADLINE_MS });
  }

  #deliver(bytes: number): void {
    this.#delivered = { frames: this.#delivered.frames + 1, bytes: this.#delivered.bytes + bytes };
    this.#acknowledge();
  }

  #acknowledge(): void {
    const now = performance.now();
    const { frames } = this.#delivered;
    if (frames === this.#acknowledged.frames || now - this.#acknowledged.at < ACK_INTERVAL_MS) return;
    this.#acknowledged = { frames, at: now };
    this.answer({ event: 'capture.ack', seq: frames });
  }

  #complete(): void {
    if (this.#is_over) return;
    this.#is_over = true;
    const { frames, bytes } = this.#delivered;
    this.answer({ event: 'capture.closed', frame_count: frames, byte_count: bytes });
    this.close('completed');
  }

  #abort(error_code: string): void {
    this.#is_over = true;
    this.answer({ event: 'capture.abort', error_code });
    this.close(error_code);
  }
}

type Listener = (event: { readonly data: unknown; readonly code: number; readonly reason: string }) => void;

class SimulatedWebSocket implements CaptureWebSocket {
  readyState = 0;
  readonly #listeners: [type: string, listener: Listener][] = [];
  readonly #begun_at = performance.now();
  readonly #up: Direction;
  readonly #down: Direction;
  readonly #gateway: SimulatedGateway;
  readonly #timers: ReturnType<typeof setInterval>[];

  constructor({ up, down, round_trip_ms }: SimulatedLine) {
    this.#up = new Direction(up, round_trip_ms / 2, () => this.#gateway.touch());
    this.#down = new Direction(down, round_trip_ms / 2);
    const answer = (message: object): void => {
      const data = JSON.stringify(message);
      this.#down.push(data.length, () => this.#emit('message', { data }));
    };
    this.#gateway = new SimulatedGateway(answer, (reason) => this.#down.push(4, () => this.#end(1_000, reason)));
    this.#timers = [setInterval(() => this.#step(), STEP_MS), setInterval(() => this.#gateway.tick(), TICK_MS)];
    this.#up.push(REQUEST_BYTES, () => this.#down.push(ANSWER_BYTES, () => this.#open()));
  }

  get bufferedAmount(): number {
    return Math.max(0, this.#up.queued_bytes - KERNEL_BYTES);
  }

  send(data: string | Uint8Array): void {
    const message = typeof data === 'string' ? (JSON.parse(data) as CaptureClientMessage) : data.byteLength;
    this.#up.push(data.length, () => this.#gateway.hear(message));
  }

  close(): void {
    this.#end(1_006, '');
  }

  addEventListener(type: string, listener: Listener): void {
    this.#listeners.push([type, listener]);
  }

  #open(): void {
    this.readyState = 1;
    this.#emit('open', {});
  }

  #step(): void {
    const at_ms = performance.now() - this.#begun_at;
    this.#up.step(at_ms);
    this.#down.step(at_ms);
  }

  #end(code: number, reason: string): void {
    if (this.readyState === 3) return;
    this.readyState = 3;
    for (const timer of this.#timers) clearInterval(timer);
    this.#emit('close', { code, reason });
  }

  #emit(type: string, event: Partial<Parameters<Listener>[0]>): void {
    for (const [of, listener] of this.#listeners)
      if (of === type) listener({ data: null, code: 0, reason: '', ...event });
  }
}
