import type { CaptureFrame } from './frame-source.js';

/** Frames for one taker, who gets each as it comes; of those that come while it is busy, the newest. */
export class LatestFrame implements AsyncIterableIterator<CaptureFrame, void, undefined> {
  #frame: CaptureFrame | null = null;
  #error: Error | null = null;
  #closed = false;
  #taker: {
    readonly resolve: (next: IteratorResult<CaptureFrame, void>) => void;
    readonly reject: (error: Error) => void;
  } | null = null;

  put(frame: CaptureFrame): void {
    this.#frame = frame;
    this.#serve();
  }

  /** No further frame comes; a request for a frame throws this error. */
  fail(error: Error): void {
    this.#error ??= error;
    this.#serve();
  }

  next(): Promise<IteratorResult<CaptureFrame, void>> {
    return new Promise((resolve, reject) => {
      this.#taker = { resolve, reject };
      this.#serve();
    });
  }

  return(): Promise<IteratorResult<CaptureFrame, void>> {
    this.#closed = true;
    this.#frame = null;
    this.#serve();
    return Promise.resolve({ done: true, value: undefined });
  }

  [Symbol.asyncIterator](): this {
    return this;
  }

  #serve(): void {
    const taker = this.#taker;
    if (!taker || !(this.#frame || this.#error || this.#closed)) return;
    this.#taker = null;
    if (this.#closed) taker.resolve({ done: true, value: undefined });
    else if (this.#frame) taker.resolve({ done: false, value: this.#frame });
    else if (this.#error) taker.reject(this.#error);
    this.#frame = null;
  }
}
