import {
  type ForwardItem,
  LandmarkForwarder,
  type LandmarkStream,
  PeerLog,
  placeOf,
  type StreamEnd,
  type StreamOpen,
} from '@a3cp/capture-domain';
import { type ExtractorStream, type LandmarkExtractor, refusalOf } from '../landmark-extractor.js';

/** The transport for an extractor in the same process: calls, and nothing in between. docs/integration/downstream.md. */
export class InProcessLandmarkForwarder extends LandmarkForwarder {
  readonly #log = new PeerLog(InProcessLandmarkForwarder.name);

  constructor(private readonly extractor: LandmarkExtractor) {
    super();
    if (typeof (extractor as Partial<LandmarkExtractor> | undefined)?.open !== 'function') {
      throw new Error('InProcessLandmarkForwarder needs an instance of a LandmarkExtractor');
    }
  }

  async open(open: StreamOpen, signal: AbortSignal): Promise<LandmarkStream> {
    signal.throwIfAborted();
    // first, so that nothing is left to reject on its own where the extractor throws at once
    const opened = this.#open(open, signal);
    const givenUp = new Promise<never>((_resolve, reject) => {
      signal.addEventListener('abort', () => reject(new Error('the open was given up')), { once: true });
    });
    return Promise.race([givenUp, opened]);
  }

  async #open(open: StreamOpen, signal: AbortSignal): Promise<LandmarkStream> {
    const stream = await this.extractor.open(open).catch((error: unknown) => Promise.reject(refusalOf(error) as Error));
    return new InProcessStream(stream, signal, (error) => this.#lostFailed(error));
  }

  /** No caller waits for `lost`, so its error is logged here: its place in the code, at most once a minute. */
  #lostFailed(error: unknown): void {
    this.#log.error('lost() of the extractor failed: it may keep what it holds of the capture', placeOf(error));
  }
}

class InProcessStream implements LandmarkStream {
  /** Nothing in between can break, but the extractor can find a broken picture. */
  readonly failed: Promise<void>;
  #ended = false;

  constructor(
    private readonly stream: ExtractorStream,
    signal: AbortSignal,
    private readonly lostFailed: (error: unknown) => void,
  ) {
    this.failed = new Promise((resolve) => void stream.failed?.then(() => resolve()));
    if (signal.aborted) void this.#letGo();
    else signal.addEventListener('abort', () => void this.#letGo(), { once: true });
  }

  forward(item: ForwardItem): Promise<void> {
    return this.stream.frame(item);
  }

  async end(end: StreamEnd): Promise<void> {
    await this.stream.end(end);
    this.#ended = true;
  }

  async #letGo(): Promise<void> {
    if (this.#ended) return;
    try {
      // eslint-disable-next-line @typescript-eslint/no-confusing-void-expression -- a platform may have made it asynchronous
      await (this.stream.lost() as unknown);
    } catch (error) {
      this.lostFailed(error);
    }
  }
}
