import type { CaptureProgress } from './capture-progress.js';

/** The latest progress of each kind, for any number of readers at their own pace; nothing is kept for a slow one. */
export class ProgressFeed implements AsyncIterable<CaptureProgress> {
  readonly #latest = new Map<
    CaptureProgress['kind'],
    { readonly serial: number; readonly progress: CaptureProgress }
  >();
  #serial = 0;
  #ended = false;
  #changed = Promise.resolve();
  #wake = (): void => undefined;

  constructor() {
    this.#sleep();
  }

  tell(progress: CaptureProgress): void {
    this.#serial += 1;
    // taken out first, so that the map's order is that of telling
    this.#latest.delete(progress.kind);
    this.#latest.set(progress.kind, { serial: this.#serial, progress });
    this.#wakeReaders();
  }

  /** Every reader ends once it has read what there is. */
  end(): void {
    this.#ended = true;
    this.#wakeReaders();
  }

  async *[Symbol.asyncIterator](): AsyncGenerator<CaptureProgress, void, undefined> {
    let read = 0;
    for (;;) {
      const next = [...this.#latest.values()].find(({ serial }) => serial > read);
      if (next) {
        read = next.serial;
        yield next.progress;
      } else if (this.#ended) return;
      else await this.#changed;
    }
  }

  #wakeReaders(): void {
    const wake = this.#wake;
    this.#sleep();
    wake();
  }

  #sleep(): void {
    this.#changed = new Promise((resolve) => (this.#wake = resolve));
  }
}
