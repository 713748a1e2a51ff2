import {
  type ForwardItem,
  LandmarkForwarder,
  type LandmarkStream,
  PeerUnreachable,
  type StreamEnd,
  type StreamOpen,
} from '@a3cp/capture-domain';
import { once } from 'node:events';
import type { Socket } from 'node:net';
import { type ClientOptions, WebSocket } from 'ws';
import { type DirectAnswer, encodeEnd, encodeFrameHeader, encodeOpen } from './direct-framing.js';
import { Nak, refusalOf } from '../landmark-extractor.js';

/** No answer of an extractor is larger. */
const MAX_ANSWER_BYTES = 4_096;

/** How long an extractor may take for its half of the closing handshake. */
const CLOSE_TIMEOUT_MS = 2_000;

// closeTimeout is an option of ws that its type package does not know yet
const OPTIONS: ClientOptions & { closeTimeout: number } = {
  maxPayload: MAX_ANSWER_BYTES,
  perMessageDeflate: false,
  closeTimeout: CLOSE_TIMEOUT_MS,
  // a mask of zeros costs nothing to apply, and a trusted internal link needs no other
  generateMask: (mask) => mask.fill(0),
};

/** An answer that the stream waits for. */
interface Question {
  readonly event: DirectAnswer['event'];
  readonly seq: number | null;
  readonly resolve: () => void;
  readonly reject: (error: Error) => void;
}

/**
 * The transport to an extractor at a `ws://` or `wss://` URL: one WebSocket for each capture.
 * docs/integration/downstream.md, "Direct transport".
 */
export class DirectLandmarkForwarder extends LandmarkForwarder {
  /** @param secret what the extractor asks of its gateways; null where it asks for none */
  constructor(
    private readonly url: string,
    private readonly secret: string | null = null,
  ) {
    super();
  }

  async open(open: StreamOpen, signal: AbortSignal): Promise<LandmarkStream> {
    signal.throwIfAborted();
    const stream = new DirectStream(new WebSocket(this.url, this.#options()), signal);
    await stream.open(open);
    return stream;
  }

  #options(): ClientOptions {
    return this.secret === null ? OPTIONS : { ...OPTIONS, headers: { Authorization: `Bearer ${this.secret}` } };
  }
}

class DirectStream implements LandmarkStream {
  readonly failed: Promise<void>;
  #fail!: () => void;
  /** The extractor refused the capture between two questions; the end can still be delivered. */
  #refused = false;
  /** Oldest first: one, or the end's behind that of a frame that was given up. */
  readonly #questions: Question[] = [];
  #ended = false;
  /** Under the WebSocket, once there is one. */
  #connection: Socket | null = null;

  constructor(
    private readonly socket: WebSocket,
    signal: AbortSignal,
  ) {
    this.failed = new Promise((resolve) => (this.#fail = resolve));
    socket.on('close', () => {
      for (const { reject } of this.#questions) reject(new PeerUnreachable('the stream broke'));
      if (!this.#ended) this.#fail();
    });
    socket.once('upgrade', (response) => (this.#connection = response.socket));
    // 'close' follows every error and says all that matters
    socket.on('error', () => undefined);
    socket.on('message', (data: Buffer) => this.#hear(data));
    signal.addEventListener('abort', () => this.#letGo(), { once: true });
  }

  async open(open: StreamOpen): Promise<void> {
    await once(this.socket, 'open').catch((error: unknown) =>
      Promise.reject(unreachable(error as NodeJS.ErrnoException)),
    );
    try {
      await this.#ask('open.ack', null, () => this.socket.send(encodeOpen(open)));
    } catch (error) {
      throw refusalOf(error);
    }
  }

  forward(item: ForwardItem): Promise<void> {
    if (this.#refused) return Promise.reject(new Error('the extractor refused the capture'));
    return this.#ask('frame.ack', item.seq, () => {
      // two fragments of one message, so that the JPEG is not copied behind its header, and one call of the system for both
      this.#connection?.cork();
      this.socket.send(encodeFrameHeader(item), { binary: true, fin: false });
      this.socket.send(item.payload, { binary: true, fin: true });
      this.#connection?.uncork();
    });
  }

  async end(end: StreamEnd): Promise<void> {
    await this.#ask('end.ack', null, () => this.socket.send(encodeEnd(end)));
    this.#ended = true;
    this.socket.close(1000);
  }

  #ask(event: Question['event'], seq: number | null, send: () => void): Promise<void> {
    if (this.socket.readyState !== WebSocket.OPEN) {
      return Promise.reject(new PeerUnreachable('the stream broke'));
    }
    return new Promise((resolve, reject) => {
      this.#questions.push({ event, seq, resolve, reject });
      send();
    });
  }

  #hear(data: Buffer): void {
    const answer = readAnswer(data);
    // a frame may never be answered, and the end behind it all the same; what is refused is the oldest
    const index = this.#questions.findIndex((question) => isAnswer(answer, question));
    const [question] = index < 0 ? [] : this.#questions.splice(index, 1);
    if (question && answer?.event === 'nak') question.reject(new Nak(answer.code));
    else if (question) question.resolve();
    else if (answer?.event === 'nak' && !this.#refused) this.#refuse();
    else this.socket.terminate();
  }

  #refuse(): void {
    this.#refused = true;
    this.#fail();
  }

  #letGo(): void {
    if (!this.#ended) this.socket.terminate();
  }
}

/** Why the stream could not be opened: the system's error code, or the status of an extractor that refuses this gateway. */
function unreachable({ code, message }: NodeJS.ErrnoException): PeerUnreachable {
  const [, status] = /^Unexpected server response: (\d+)$/.exec(message) ?? [];
  return new PeerUnreachable(status === undefined ? (code ?? 'no WebSocket') : `HTTP ${status}`);
}

function isAnswer(answer: DirectAnswer | null, { event, seq }: Question): boolean {
  if (answer?.event === 'frame.ack') return event === 'frame.ack' && answer.seq === seq;
  return answer?.event === event || answer?.event === 'nak';
}

function readAnswer(data: Buffer): DirectAnswer | null {
  try {
    return JSON.parse(data.toString()) as DirectAnswer | null;
  } catch {
    return null;
  }
}
