import { type ForwardItem, type StreamEnd, type StreamOpen, SystemClock } from '@a3cp/capture-domain';
import { type ExtractorStream, LandmarkExtractor, Nak, serveDirectStream } from '@a3cp/landmark-forwarders';
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { type WebSocket, WebSocketServer } from 'ws';
import type { CaptureRecord, Ledger } from './ledger.js';
import { isMarked } from './picture.js';

/** Longer than a gateway waits for the answer to an open. PROTOCOL.md, "Timers". */
const LATE_OPEN_MS = 2_500;
/** Longer than it waits for the answer to a frame or an end. */
const LATE_MS = 3_500;
/** Less than a frame's share of time, and less than three of them and the grace. */
const SLOW_MS = 40;
const HICCUP_MS = 150;

/** The landmark extractor of a soak: takes every stream, does to it what its plan says, and writes down what came. */
export class SoakExtractor {
  readonly #server: WebSocketServer;
  readonly #streams = new Set<Promise<void>>();

  private constructor(ledger: Ledger) {
    const clock = new SystemClock();
    this.#server = new WebSocketServer({ host: '127.0.0.1', port: 0, perMessageDeflate: false });
    this.#server.on('connection', (socket) => {
      const stream = serveDirectStream(socket, new PlannedExtractor(ledger, socket), clock);
      this.#streams.add(stream);
      void stream.finally(() => this.#streams.delete(stream));
    });
  }

  static async start(ledger: Ledger): Promise<SoakExtractor> {
    const extractor = new SoakExtractor(ledger);
    await once(extractor.#server, 'listening');
    return extractor;
  }

  get url(): string {
    return `ws://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  /** Resolves once every stream is over. */
  async stop(): Promise<void> {
    await Promise.all(this.#streams);
    this.#server.close();
    await once(this.#server, 'close');
  }
}

class PlannedExtractor extends LandmarkExtractor {
  constructor(
    private readonly ledger: Ledger,
    private readonly socket: WebSocket,
  ) {
    super();
  }

  async open({ capture_id }: StreamOpen): Promise<ExtractorStream> {
    const record = this.ledger.of(capture_id);
    if (record.opened) record.complaints.push('opened twice');
    if (record.plan.extractor === 'refuses the open') throw new Nak('busy');
    if (record.plan.extractor === 'answers the open late') await sleep(LATE_OPEN_MS);
    else record.opened = true;
    return new PlannedStream(record, this.socket);
  }
}

class PlannedStream implements ExtractorStream {
  constructor(
    private readonly record: CaptureRecord,
    private readonly socket: WebSocket,
  ) {}

  async frame({ seq, payload, byte_length }: ForwardItem): Promise<void> {
    const { record } = this;
    const { plan } = record;
    // who gets a frame was taken in time, also where that was late
    record.opened = true;
    const right = seq === record.received + 1 && byte_length === payload.length && isMarked(payload, plan.number, seq);
    if (!right) record.wrong_frames += 1;
    record.received += 1;
    if (plan.extractor === 'is slow') await sleep(SLOW_MS);
    if (seq === plan.at) await this.#goWrong();
    else record.acknowledged += 1;
  }

  async end(end: StreamEnd): Promise<void> {
    this.record.opened = true;
    this.record.ends.push(end);
    if (this.record.plan.extractor === 'refuses the end') throw new Nak('unknown_capture');
    if (this.record.plan.extractor === 'answers the end late') await sleep(LATE_MS);
  }

  lost(): void {
    // the gateway gave a late open up before, so the stream was never accepted
    if (this.record.opened) this.record.lost = true;
  }

  async #goWrong(): Promise<void> {
    const { record } = this;
    switch (record.plan.extractor) {
      case 'refuses a frame':
        throw new Nak('frame_undecodable');
      case 'stalls at a frame':
        await sleep(LATE_MS);
        return;
      case 'breaks at a frame':
        this.#break();
        return;
      case 'breaks between frames':
        setImmediate(() => this.#break());
        break;
      case 'hiccups':
        await sleep(HICCUP_MS);
        break;
      default:
        break;
    }
    record.acknowledged += 1;
  }

  #break(): void {
    this.record.broken = true;
    this.socket.terminate();
  }
}
