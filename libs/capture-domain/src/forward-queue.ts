import { concatMap, Subject } from 'rxjs';
import type { CaptureEvent } from './capture/event.js';
import type { ForwardItem } from './capture/forward-item.js';
import type { LandmarkStream, StreamEnd } from './ports/landmark-forwarder.js';

/** What comes of forwarding: each is an ordinary event of the capture. */
export type ForwardEvent = Extract<
  CaptureEvent,
  { type: 'forward.settled' | 'forward.failed' | 'end.settled' | 'end.failed' }
>;

const FAILED: ForwardEvent = { type: 'forward.failed' };

/**
 * The queue of one capture's frames to the extractor: in order, one in flight. `concatMap` gives the order. The counters in the
 * capture's state bound the memory: they never let more wait than the limit of the forward buffer.
 * docs/integration/downstream.md.
 */
export class ForwardQueue {
  readonly #items = new Subject<ForwardItem>();
  readonly #stream: LandmarkStream;
  readonly #report: (event: ForwardEvent) => void;
  readonly #fault: (error: unknown) => void;
  #stopped = false;
  /** Ends the wait for the frame in flight. */
  #giveUp = (): void => undefined;

  /** @param fault hears what the stream throws or rejects with */
  constructor(stream: LandmarkStream, report: (event: ForwardEvent) => void, fault: (error: unknown) => void) {
    this.#stream = stream;
    this.#report = report;
    this.#fault = fault;
    this.#items.pipe(concatMap((item) => this.#forward(item))).subscribe(report);
    const fail = (): void => report(FAILED);
    stream.failed.then(fail, fail);
  }

  push(item: ForwardItem): void {
    this.#items.next(item);
  }

  /** Drops the frames that wait, each of which fails in its turn; the one in flight still reports. */
  stop(): void {
    this.#stopped = true;
  }

  /**
   * Delivers the end, which the capture's state asks for only when nothing is in flight or the stream is given up. No frame stays
   * in memory any longer, even if the transport never answers.
   */
  end(end: StreamEnd): void {
    this.#stopped = true;
    this.#giveUp();
    void this.#deliver(end).then((event) => this.#report(event));
  }

  async #deliver(end: StreamEnd): Promise<ForwardEvent> {
    try {
      await this.#stream.end(end);
      return { type: 'end.settled' };
    } catch (error) {
      this.#fault(error);
      return { type: 'end.failed' };
    }
  }

  /** What is left of the frame while it waits is its length: nothing here holds it but the transport. */
  #forward(item: ForwardItem): Promise<ForwardEvent> {
    // if it stopped between two frames, nothing is in flight and its caller still waits for a result
    if (this.#stopped) return Promise.resolve(FAILED);
    const settled: ForwardEvent = { type: 'forward.settled', byte_length: item.byte_length };
    let answered: Promise<void>;
    try {
      answered = this.#stream.forward(item);
    } catch (error) {
      this.#fault(error);
      return Promise.resolve(FAILED);
    }
    return new Promise((resolve) => {
      this.#giveUp = () => resolve(FAILED);
      answered.then(
        () => resolve(settled),
        (error: unknown) => {
          this.#fault(error);
          resolve(FAILED);
        },
      );
    });
  }
}
