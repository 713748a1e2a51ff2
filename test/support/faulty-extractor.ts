import { SystemClock } from '@a3cp/capture-domain';
import {
  type DirectAnswer,
  type ExtractorStream,
  LandmarkExtractor,
  Nak,
  serveDirectStream,
} from '@a3cp/landmark-forwarders';
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { type WebSocket, WebSocketServer } from 'ws';

/** What an extractor does wrong; without any it does what docs/integration/downstream.md says of a stream. */
export interface Defects {
  /** Replaces an answer; an empty list leaves it out. */
  readonly answers?: (answer: DirectAnswer, earlier: readonly DirectAnswer[]) => readonly object[];
  /** Replaces a text that arrives. */
  readonly hears?: (text: string) => string;
}

/** An extractor of the direct transport on a free port, with the defects of a test. */
export class FaultyExtractor {
  readonly #server = new WebSocketServer({ port: 0, host: '127.0.0.1' });

  static async start(defects: Defects): Promise<FaultyExtractor> {
    const extractor = new FaultyExtractor();
    await once(extractor.#server, 'listening');
    extractor.#server.on('connection', (socket) => {
      introduce(defects, socket);
      void serveDirectStream(socket, new NextSeqExtractor(), new SystemClock());
    });
    return extractor;
  }

  get url(): string {
    return `ws://127.0.0.1:${(this.#server.address() as AddressInfo).port}/`;
  }

  async stop(): Promise<void> {
    const closed = once(this.#server, 'close');
    this.#server.close();
    for (const socket of this.#server.clients) socket.terminate();
    await closed;
  }
}

/** Wants frames in their order, and nothing after the end. */
class NextSeqExtractor extends LandmarkExtractor {
  override open(): Promise<ExtractorStream> {
    let next_seq = 1;
    let ended = false;
    return Promise.resolve({
      frame: async ({ seq }) => {
        if (ended) throw new Nak('unknown_capture');
        if (seq !== next_seq) throw new Nak('bad_seq');
        next_seq += 1;
      },
      end: async () => {
        ended = true;
      },
      lost: () => undefined,
    });
  }
}

function introduce({ answers = (answer) => [answer], hears = (text) => text }: Defects, socket: WebSocket): void {
  const send = socket.send.bind(socket) as (text: string) => void;
  const earlier: DirectAnswer[] = [];
  socket.send = (text: string) => {
    const answer = JSON.parse(text) as DirectAnswer;
    for (const other of answers(answer, earlier)) send(JSON.stringify(other));
    earlier.push(answer);
  };
  const emit = socket.emit.bind(socket);
  socket.emit = (event: string, ...values: unknown[]) => {
    if (event !== 'message' || values[1] === true) return emit(event, ...values);
    return emit(event, Buffer.from(hears(String(values[0]))), false);
  };
}
