import {
  type ForwardItem,
  LandmarkForwarder,
  type LandmarkStream,
  type StreamEnd,
  type StreamOpen,
} from '@a3cp/capture-domain';
import type { ExtractorStream, LandmarkExtractor } from './landmark-extractor.js';

/** The transport for an extractor in the same process: calls, and nothing in between. PROTOCOL.md, "Downstream". */
export class InProcessLandmarkForwarder extends LandmarkForwarder {
  constructor(private readonly extractor: LandmarkExtractor) {
    super();
  }

  async open(open: StreamOpen, signal: AbortSignal): Promise<LandmarkStream> {
    signal.throwIfAborted();
    const givenUp = new Promise<never>((_resolve, reject) => {
      signal.addEventListener('abort', () => reject(new Error('the open was given up')), { once: true });
    });
    const opened = this.extractor.open(open).then((stream) => new InProcessStream(stream, signal));
    return Promise.race([givenUp, opened]);
  }
}

class InProcessStream implements LandmarkStream {
  /** Nothing between the two can break. */
  readonly failed = new Promise<void>(() => undefined);
  #ended = false;

  constructor(
    private readonly stream: ExtractorStream,
    signal: AbortSignal,
  ) {
    if (signal.aborted) this.#letGo();
    else signal.addEventListener('abort', () => this.#letGo(), { once: true });
  }

  forward(item: ForwardItem): Promise<void> {
    return this.stream.frame(item);
  }

  async end(end: StreamEnd): Promise<void> {
    await this.stream.end(end);
    this.#ended = true;
  }

  #letGo(): void {
    if (!this.#ended) this.stream.lost();
  }
}
