import type { Clock } from '@a3cp/capture-domain';
import type { RawData, WebSocket } from 'ws';
import { decodeRequest, type DirectAnswer, type DirectRequest } from './direct-framing.js';
import { type ExtractorStream, IDLE_MS, type LandmarkExtractor, Nak } from './landmark-extractor.js';

const PING_INTERVAL_MS = 1_000;

/**
 * The extractor's side of the direct transport: serves one gateway's stream, one message after the other. Resolves when
 * the socket is closed and the capture, if there was one, has its end; rejects if the extractor itself fails.
 * PROTOCOL.md, "Direct transport".
 */
export async function serveDirectStream(socket: WebSocket, extractor: LandmarkExtractor, clock: Clock): Promise<void> {
  const server = new DirectStreamServer(socket, extractor);
  let heard_at = clock.now();
  const hear = (): void => void (heard_at = clock.now());
  socket.on('message', hear).on('pong', hear);
  const stopPinging = clock.every(PING_INTERVAL_MS, () => {
    if (clock.now() - heard_at > IDLE_MS) socket.terminate();
    else if (socket.readyState === socket.OPEN) socket.ping();
  });
  await new Promise((closed) => socket.once('close', closed));
  stopPinging();
  await server.over();
}

class DirectStreamServer {
  #stream: ExtractorStream | null = null;
  #ended = false;
  /** The answer under way; what arrives meanwhile waits behind it. */
  #answering: Promise<void> = Promise.resolve();
  #failure: { readonly error: unknown } | null = null;

  constructor(
    private readonly socket: WebSocket,
    private readonly extractor: LandmarkExtractor,
  ) {
    socket.on('message', (data: RawData, isBinary) => {
      // ws hands over Buffers unless it is told otherwise; a gateway waits for each answer, so little waits here
      this.#answering = this.#answering.then(() => this.#receive(data as Buffer, isBinary));
    });
  }

  /** After the socket has closed: tells the extractor of a loss, and whoever serves of a failure. */
  async over(): Promise<void> {
    await this.#answering;
    if (!this.#ended) this.#stream?.lost();
    if (this.#failure) throw this.#failure.error;
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
      this.#answer(await this.#take(request));
    } catch (error) {
      if (error instanceof Nak) {
        this.#answer({ event: 'nak', code: error.code });
        return;
      }
      this.#failure ??= { error };
      this.socket.close(1011);
    }
  }

  async #take(request: DirectRequest): Promise<DirectAnswer> {
    switch (request.kind) {
      case 'open':
        if (this.#stream) throw new Nak('busy');
        this.#stream = await this.extractor.open(request.open);
        return { event: 'open.ack' };
      case 'frame':
        await this.#opened().frame(request.item);
        return { event: 'frame.ack', seq: request.item.seq };
      case 'end':
        await this.#opened().end(request.end);
        this.#ended = true;
        return { event: 'end.ack' };
    }
  }

  #opened(): ExtractorStream {
    if (!this.#stream) throw new Nak('unknown_capture');
    return this.#stream;
  }

  #answer(answer: DirectAnswer): void {
    if (this.socket.readyState === this.socket.OPEN) this.socket.send(JSON.stringify(answer));
  }
}
