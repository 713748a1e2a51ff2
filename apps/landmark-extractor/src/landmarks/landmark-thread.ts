import type { ForwardItem } from '@a3cp/capture-domain';
import { Worker } from 'node:worker_threads';
import type { FrameResult } from './frame-result.js';
import type { FrameLandmarks } from './holistic-tracker.js';
import type { Picture } from './picture.js';
import type { ThreadAnswer, ThreadOrder } from './thread-messages.js';

/** The built file, also where this one runs from its source: a thread runs JavaScript only. */
const PROGRAM = new URL('../../dist/landmarks/landmark-worker.js', import.meta.url);

interface Waiting<Result> {
  readonly resolve: (result: Result) => void;
  readonly reject: (reason: Error) => void;
}

/** A thread with the models in it. It takes frames from the start and looks at them once the models are loaded. */
export class LandmarkThread {
  /** Resolves once it looks at frames at once; rejects if it never will. */
  readonly loaded: Promise<void>;
  readonly #worker: Worker;
  readonly #waiting = new Map<number, Waiting<FrameLandmarks>>();
  #orders = 0;
  #lost: Error | null = null;
  #settleLoading!: Waiting<void>;

  /** Starts the thread; `program` is there for tests. */
  constructor(program = PROGRAM) {
    this.loaded = new Promise((resolve, reject) => (this.#settleLoading = { resolve, reject }));
    // whoever does not wait for it learns of a loss from the frames
    this.loaded.catch(() => undefined);
    // LiteRT tells the whole story of its life on both; what goes wrong comes as an event
    this.#worker = new Worker(program, { stdout: true, stderr: true });
    this.#worker.stdout.resume();
    this.#worker.stderr.resume();
    this.#worker.on('message', (answer: ThreadAnswer) => this.#settle(answer));
    this.#worker.on('error', (cause) => this.#lose(cause));
    this.#worker.on('exit', () => this.#lose());
  }

  /** It died or was closed, and every frame is refused. */
  get lost(): boolean {
    return this.#lost !== null;
  }

  /**
   * Rejects if the thread is lost. The thread receives a copy of the pixels: they are memory of sharp, which Node.js does not
   * transfer. Version 22 and newer refuse to.
   */
  async find(tracker: number, { seq, timestamp_frame }: ForwardItem, picture: Picture): Promise<FrameResult> {
    const id = this.#orders++;
    const landmarks = await new Promise<FrameLandmarks>((resolve, reject) => {
      if (this.#lost) {
        reject(this.#lost);
        return;
      }
      this.#tell({ type: 'find', id, tracker, picture });
      this.#waiting.set(id, { resolve, reject });
    });
    return { seq, timestamp_frame, ...landmarks };
  }

  release(tracker: number): void {
    if (!this.lost) this.#tell({ type: 'release', tracker });
  }

  /** Ends the thread, whatever it is doing. */
  async close(): Promise<void> {
    this.#lose();
    await this.#worker.terminate();
  }

  #tell(order: ThreadOrder): void {
    this.#worker.postMessage(order);
  }

  #settle(answer: ThreadAnswer): void {
    if (answer.type === 'loaded') {
      this.#settleLoading.resolve();
      return;
    }
    const { id, landmarks } = answer;
    this.#waiting.get(id)?.resolve(landmarks);
    this.#waiting.delete(id);
  }

  #lose(cause?: unknown): void {
    this.#lost ??= new Error('The landmark thread is lost', { cause });
    this.#settleLoading.reject(this.#lost);
    for (const { reject } of this.#waiting.values()) reject(this.#lost);
    this.#waiting.clear();
  }
}
