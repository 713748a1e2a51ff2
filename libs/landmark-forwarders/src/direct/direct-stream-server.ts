import { type Clock, FrameGarbage } from '@a3cp/capture-domain';
import type { RawData, WebSocket } from 'ws';
import { decodeRequest, type DirectAnswer, type DirectRequest } from './direct-framing.js';
import {
  type ExtractorStream,
  GATEWAY_LOST_MS,
  type LandmarkExtractor,
  Nak,
  type NakCode,
} from '../landmark-extractor.js';

const PING_INTERVAL_MS = 1_000;

/**
 * Longest time without a capture on a socket, before its open and after its end, milliseconds.
 * docs/integration/downstream.md, "Direct transport".
 */
const NO_CAPTURE_MS = 5_000;

/** Of all streams of this process. */
const GARBAGE = new FrameGarbage();

/**
 * Serves one gateway's stream over the direct transport, one message after the other. Resolves when the socket is closed
 * and the capture, if there was one, has its end; rejects if the extractor itself fails.
 * docs/integration/downstream.md, "Direct transport".
 */
export async function serveDirectStream(socket: WebSocket, extractor: LandmarkExtractor, clock: Clock): Promise<void> {
  const server = new DirectStreamServer(socket, extractor, clock);
  let heard_at = clock.now();
  const hear = (): void => void (heard_at = clock.now());
  socket.on('message', hear).on('pong', hear);
  const stopPinging = clock.every(PING_INTERVAL_MS, () => {
    // a paused socket hears no pong; if its gateway is gone, the ping fails and closes it
    if (socket.isPaused) hear();
    if (clock.now() - heard_at > GATEWAY_LOST_MS) socket.terminate();
    else if (server.withoutCapture() > NO_CAPTURE_MS) socket.close(1008, 'no capture');
    else if (socket.readyState === socket.OPEN) socket.ping();
  });
  await new Promise((closed) => socket.once('close', closed));
  stopPinging();
  await server.over();
}

class DirectStreamServer {
  #stream: ExtractorStream | null = null;
  #ended = false;
  /** The answer in progress and those that wait behind it. */
  #answering: Promise<void> = Promise.resolve();
  #unanswered = 0;
  /** Why the capture failed after an acknowledgement. */
  #failed: NakCode | null = null;
  /** The gateway knows that the capture failed. */
  #refused = false;
  /** It learnt so between two requests: frames that cross this news on the way get no answer. */
  #deaf = false;
  #failure: { readonly error: unknown } | null = null;
  /** Since when no capture has been on the socket; null while one is. */
  #idle_since: number | null;

  constructor(
    private readonly socket: WebSocket,
    private readonly extractor: LandmarkExtractor,
    private readonly clock: Clock,
  ) {
    this.#idle_since = clock.now();
    socket.on('message', (data: RawData, isBinary) => {
      this.#unanswered += 1;
      // no more is read than the extractor is about to own
      if (this.#unanswered > 1) socket.pause();
      // ws delivers Buffers by default
      this.#answering = this.#answering
        .then(() => this.#receive(data as Buffer, isBinary))
        .then(() => this.#answered());
    });
  }

  /** For how long no capture has been on the socket, milliseconds. */
  withoutCapture(): number {
    return this.#idle_since === null ? 0 : this.clock.now() - this.#idle_since;
  }

  /** After the socket has closed: reports a loss to the extractor, and a failure of the extractor to the caller. */
  async over(): Promise<void> {
    await this.#answering;
    if (!this.#ended) this.#stream?.lost();
    if (this.#failure) throw this.#failure.error;
  }

  #answered(): void {
    this.#unanswered -= 1;
    if (this.#unanswered > 0) return;
    if (this.socket.isPaused) this.socket.resume();
    this.#tell();
  }

  async #receive(message: Buffer, isBinary: boolean): Promise<void> {
    let request: DirectRequest;
    try {
      request = decodeRequest(message, isBinary);
    } catch {
      this.socket.close(1008, 'not the direct framing');
      return;
    }
    try {
      const answer = await this.#take(request);
      if (!this.#deaf || request.kind === 'end') this.#answer(answer);
    } catch (error) {
      if (error instanceof Nak) {
        if (!this.#deaf || request.kind === 'end') this.#refuse(error.code);
        return;
      }
      this.#failure ??= { error };
      this.socket.close(1011);
    }
  }

  async #take(request: DirectRequest): Promise<DirectAnswer> {
    switch (request.kind) {
      case 'open': {
        if (this.#stream) throw new Nak('duplicate_capture');
        const stream = (this.#stream = await this.extractor.open(request.open));
        this.#idle_since = null;
        void stream.failed?.then((code) => {
          this.#failed = code;
          this.#tell();
        });
        return { event: 'open.ack' };
      }
      case 'frame':
        GARBAGE.add(request.item.byte_length);
        await this.#opened().frame(request.item);
        return { event: 'frame.ack', seq: request.item.seq };
      case 'end':
        await this.#opened().end(request.end);
        this.#ended = true;
        this.#idle_since ??= this.clock.now();
        return { event: 'end.ack' };
    }
  }

  #opened(): ExtractorStream {
    if (!this.#stream) throw new Nak('unknown_capture');
    return this.#stream;
  }

  /** Reports a failure between two requests; during a request its answer does. */
  #tell(): void {
    if (this.#failed === null || this.#refused || this.#unanswered > 0 || this.#ended) return;
    this.#deaf = true;
    this.#refuse(this.#failed);
  }

  #refuse(code: NakCode): void {
    this.#refused = true;
    this.#idle_since ??= this.clock.now();
    this.#answer({ event: 'nak', code });
  }

  #answer(answer: DirectAnswer): void {
    if (this.socket.readyState === this.socket.OPEN) this.socket.send(JSON.stringify(answer));
  }
}
