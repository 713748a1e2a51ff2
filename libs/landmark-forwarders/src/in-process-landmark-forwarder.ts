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
    const stream = new InProcessStream(await this.extractor.open(open));
    if (signal.aborted) {
      stream.letGo();
      signal.throwIfAborted();
    }
    signal.addEventListener('abort', () => stream.letGo(), { once: true });
    return stream;
  }
}

class InProcessStream implements LandmarkStream {
  /** Nothing between the two can break. */
  readonly failed = new Promise<void>(() => undefined);
  #ended = false;

  constructor(private readonly stream: ExtractorStream) {}

  forward(item: ForwardItem): Promise<void> {
    return this.stream.frame(item);
  }

  async end(end: StreamEnd): Promise<void> {
    await this.stream.end(end);
    this.#ended = true;
  }

  letGo(): void {
    if (!this.#ended) this.stream.lost();
  }
}
