import type { Clock, ForwardItem } from '@a3cp/capture-domain';
import { Worker } from 'node:worker_threads';
import type { FrameResult } from './frame-result.js';
import type { FrameLandmarks } from './holistic-tracker.js';
import type { Picture } from './picture.js';
import type { ThreadAnswer, ThreadOrder } from './thread-messages.js';

/** The built file, also where this one runs from its source: a thread runs JavaScript only. */
const PROGRAM = new URL('../../dist/landmarks/landmark-worker.js', import.meta.url);

const CHECK_INTERVAL_MS = 1_000;

/**
 * Checks without an answer after which a thread that owes one hangs: 30 s. A frame takes 0.1 s of a processor, and the models
 * take 1 s to load. The checks are counted, not the time between them, so a process that was suspended terminates no thread.
 */
const MAX_SILENT_CHECKS = 30;

interface Waiting<Result> {
  readonly resolve: (result: Result) => void;
  readonly reject: (reason: Error) => void;
}

/**
 * A thread with the models in it. It takes frames from the start and looks at them once the models are loaded. If it hangs, it
 * is terminated and lost.
 */
export class LandmarkThread {
  /** Resolves once it looks at frames at once; rejects if it never will. */
  readonly loaded: Promise<void>;
  readonly #worker: Worker;
  readonly #waiting = new Map<number, Waiting<FrameLandmarks>>();
  #orders = 0;
  #lost: Error | null = null;
  #settleLoading!: Waiting<void>;
  #isLoading = true;
  #silent_checks = 0;
  #stopChecking: (() => void) | null = null;

  /** Starts the thread; `program` is there for tests. */
  constructor(
    private readonly clock: Clock,
    program = PROGRAM,
  ) {
    this.loaded = new Promise((resolve, reject) => (this.#settleLoading = { resolve, reject }));
    // a caller that does not wait for it learns of a loss from the frames
    this.loaded.catch(() => undefined);
    // LiteRT tells the whole story of its life on both; what goes wrong comes as an event
    this.#worker = new Worker(program, { stdout: true, stderr: true });
    this.#worker.stdout.resume();
    this.#worker.stderr.resume();
    this.#worker.on('message', (answer: ThreadAnswer) => this.#settle(answer));
    this.#worker.on('error', (cause) => this.#lose(cause));
    this.#worker.on('exit', () => this.#lose());
    this.#check();
  }

  /** It died, hung or was closed, and every frame is refused. */
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
      this.#check();
    });
    return { seq, timestamp_frame, ...landmarks };
  }

  release(tracker: number): void {
    if (!this.lost) this.#tell({ type: 'release', tracker });
  }

  /** Terminates the thread at once. */
  async close(): Promise<void> {
    this.#lose();
    await this.#worker.terminate();
  }

  #tell(order: ThreadOrder): void {
    this.#worker.postMessage(order);
  }

  #settle(answer: ThreadAnswer): void {
    this.#silent_checks = 0;
    if (answer.type === 'loaded') {
      this.#isLoading = false;
      this.#settleLoading.resolve();
    } else {
      this.#waiting.get(answer.id)?.resolve(answer.landmarks);
      this.#waiting.delete(answer.id);
    }
    if (!this.#owesAnswer) this.#endChecks();
  }

  get #owesAnswer(): boolean {
    return this.#isLoading || this.#waiting.size > 0;
  }

  /** Checks from now on, until the thread owes no answer. */
  #check(): void {
    this.#stopChecking ??= this.clock.every(CHECK_INTERVAL_MS, () => {
      this.#silent_checks += 1;
      if (this.#silent_checks < MAX_SILENT_CHECKS) return;
      this.#lose(new Error(`A landmark thread did not answer for ${MAX_SILENT_CHECKS} s and is terminated`));
      void this.#worker.terminate();
    });
  }

  #endChecks(): void {
    this.#stopChecking?.();
    this.#stopChecking = null;
    this.#silent_checks = 0;
  }

  #lose(cause?: unknown): void {
    this.#lost ??= new Error('The landmark thread is lost', { cause });
    this.#settleLoading.reject(this.#lost);
    for (const { reject } of this.#waiting.values()) reject(this.#lost);
    this.#waiting.clear();
    this.#endChecks();
  }
}
