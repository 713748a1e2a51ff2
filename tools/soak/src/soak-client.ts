import { CAPTURE_PATHS, CAPTURE_SUBPROTOCOL, type CaptureServerMessage, SCHEMA_VERSION } from '@a3cp/capture-protocol';
import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';
import { WebSocket } from 'ws';
import type { CaptureRecord } from './ledger.js';
import type { Plan } from './plan.js';
import { markedPicture } from './picture.js';

const START = Date.UTC(2026, 0, 1);
const FRAME_MS = 1_000 / 15;
/** Of a camera that is four times as slow, and makes no more frames than a capture has time for. */
const SLOW_FRAME_MS = 4 * FRAME_MS;
const SLOW_FRAMES = 30;
const CLUMP = 10;
const FLOOD = 100;
const TOO_MANY_PINGS = 40;
/** No rule lets a connection live longer after the last that its client does. */
const PATIENCE_MS = 30_000;

function at(ms: number): string {
  return new Date(START + Math.round(ms)).toISOString();
}

/** One client: makes its capture, with the faults of its plan, and records what it receives. */
export class SoakClient {
  readonly #plan: Plan;
  readonly #socket: WebSocket;
  readonly #closed: Promise<void>;
  readonly #aborts: string[] = [];
  readonly #openRecord = randomUUID();
  #left = false;

  constructor(
    origin: string,
    private readonly record: CaptureRecord,
  ) {
    this.#plan = record.plan;
    const protocols = this.#plan.extension ? [CAPTURE_SUBPROTOCOL] : [];
    this.#socket = new WebSocket(origin + CAPTURE_PATHS[0], protocols, { perMessageDeflate: false });
    this.#socket.on('error', () => undefined);
    this.#socket.on('message', (data: Buffer) => this.#hear(JSON.parse(data.toString()) as CaptureServerMessage));
    this.#closed = once(this.#socket, 'close').then(([code, reason]) => this.#over(code as number, String(reason)));
  }

  /** Resolves once the connection is over. */
  async run(): Promise<void> {
    const opened = once(this.#socket, 'open').then(
      () => true,
      () => false,
    );
    if (await Promise.race([opened, this.#closed])) await this.#capture();
    const waiting = new AbortController();
    const impatient = sleep(PATIENCE_MS, true, { signal: waiting.signal }).catch(() => false);
    if (await Promise.race([impatient, this.#closed])) this.record.complaints.push('was left without an end');
    waiting.abort();
    this.#socket.terminate();
    await this.#closed;
  }

  get #open(): boolean {
    return this.#socket.readyState === WebSocket.OPEN;
  }

  async #capture(): Promise<void> {
    const { client } = this.#plan;
    if (client === 'never opens') return;
    if (client === 'sends a frame before its open') return this.#frame(1);
    this.#say(this.#openMessage());
    const frames = client === 'is slow' ? Math.min(this.#plan.frames, SLOW_FRAMES) : this.#plan.frames;
    const begun = performance.now();
    for (let seq = 1; seq <= frames && this.#open; seq++) {
      await sleep(Math.max(0, begun + this.#due(seq) - performance.now()));
      if (seq === this.#plan.at && (await this.#goWrong(seq))) return;
      await this.#frame(seq);
    }
    this.#close();
    if (client === 'closes and leaves at once') this.#leave();
  }

  /** When the camera has this frame, or the network lets it out; milliseconds. */
  #due(seq: number): number {
    if (this.#plan.client === 'is slow') return seq * SLOW_FRAME_MS;
    return (this.#plan.client === 'sends in clumps' ? Math.ceil(seq / CLUMP) * CLUMP : seq) * FRAME_MS;
  }

  /** Does what the plan has for this frame; true if nothing of the capture comes after it. */
  async #goWrong(seq: number): Promise<boolean> {
    const { frame_bytes } = this.#plan;
    switch (this.#plan.client) {
      case 'vanishes':
        this.#vanish();
        return true;
      case 'vanishes within a frame':
        this.#meta(seq);
        await this.#bytes(Buffer.alloc(frame_bytes), false);
        this.#vanish();
        return true;
      case 'leaves without a close':
        this.#leave();
        return true;
      case 'sends no JSON':
        this.#socket.send('hello');
        return true;
      case 'breaks the schema':
        this.#meta(seq, { byte_length: 'many' });
        return true;
      case 'skips a frame':
        this.#meta(seq + 1);
        return true;
      case 'repeats a record':
        this.#meta(seq, { record_id: this.#openRecord });
        return true;
      case 'sends fewer bytes than announced':
        this.#meta(seq);
        await this.#bytes(markedPicture(this.#plan.number, seq, frame_bytes - 1));
        return true;
      case 'closes where bytes are due':
        this.#meta(seq);
        this.#close();
        return true;
      case 'opens twice':
        this.#say(this.#openMessage());
        return true;
      case 'sends no picture':
        this.#meta(seq);
        await this.#bytes(Buffer.alloc(frame_bytes));
        return true;
      case 'announces too large a frame':
        this.#meta(seq, { byte_length: 300_001 });
        return true;
      case 'sends too large a message':
        this.#meta(seq);
        await this.#bytes(Buffer.alloc(300_001));
        return true;
      case 'goes on for too long':
        this.#meta(seq, { timestamp_frame: at(15_001) });
        return true;
      case 'sends too fast':
        for (let next = seq; next < seq + FLOOD && this.#open; next++) await this.#frame(next);
        return true;
      case 'falls silent':
        return true;
      case 'owes its bytes':
        this.#meta(seq);
        return true;
      case 'pings without end':
        for (let ping = 0; ping < TOO_MANY_PINGS && this.#open; ping++) this.#socket.ping();
        return true;
      default:
        return false;
    }
  }

  #openMessage(): object {
    const { client } = this.#plan;
    return {
      event: 'capture.open',
      record_id: this.#openRecord,
      timestamp_start: at(0),
      fps_target: client === 'opens with too fast a camera' ? 30 : 15,
      width: client === 'opens with too large a picture' ? 1280 : 640,
      height: 480,
      encoding: 'jpeg',
    };
  }

  #meta(seq: number, otherwise: object = {}): void {
    const timestamp_frame = at((seq - 1) * FRAME_MS);
    const byte_length = this.#plan.frame_bytes;
    this.#say({ event: 'capture.frame_meta', seq, timestamp_frame, byte_length, ...otherwise });
  }

  async #frame(seq: number): Promise<void> {
    this.#meta(seq);
    await this.#bytes(markedPicture(this.#plan.number, seq, this.#plan.frame_bytes));
    if (this.#open) this.record.sent += 1;
  }

  #close(): void {
    this.#say({ event: 'capture.close', timestamp_end: at(this.#plan.frames * FRAME_MS) });
  }

  /** Any message; what it does not say itself is said for it. */
  #say(message: object): void {
    const { number } = this.#plan;
    const common = { schema_version: SCHEMA_VERSION, record_id: randomUUID(), timestamp: at(0) };
    const identity = { user_id: `user-${number}`, session_id: `session-${number}`, capture_id: `capture-${number}` };
    if (this.#open) this.#socket.send(JSON.stringify({ ...common, ...identity, ...message }));
  }

  async #bytes(bytes: Buffer, fin = true): Promise<void> {
    if (this.#open) await new Promise((written) => this.#socket.send(bytes, { fin }, written));
  }

  #vanish(): void {
    this.#left ||= this.#open;
    this.#socket.terminate();
  }

  #leave(): void {
    this.#left ||= this.#open;
    this.#socket.close();
  }

  #hear(message: CaptureServerMessage): void {
    if (message.event === 'capture.abort') this.#aborts.push(message.error_code);
    else if (message.event === 'capture.ack') this.record.told_delivered = message.seq;
    else if (message.event === 'capture.closed') this.record.told_delivered = message.frame_count;
  }

  #over(code: number, reason: string): void {
    const word = reason.split(':')[0] || `close ${code}`;
    this.record.outcome = this.#left ? 'gone' : word;
    const aborts = code === 1000 && !this.#left && word !== 'completed' ? [word] : [];
    if (!this.#left && this.#aborts.join() !== aborts.join()) {
      this.record.complaints.push(`was told ${this.#aborts.join() || 'nothing'} and closed with ${code} ${word}`);
    }
    // the close with 1000 is the receipt without the extension
    if (word === 'completed') this.record.told_delivered = Math.max(this.record.told_delivered, this.record.sent);
  }
}
