import type { CaptureSender } from './capture-sender.js';
import type { Uplink } from './uplink.js';

const TICK_MS = 250;

/** How long the client waits without a sign of life, from the first connection to the verdict. */
const PATIENCE_MS = 10_000;

/** Receives the events of a capture's timers. */
export interface WatchListener {
  /** Frames are on the way and nothing moves, or something moves again. */
  stalled(waiting: boolean): void;
  /** No further frame would arrive before the deadline. Can be called more than once. */
  outOfTime(): void;
  /** Nothing was heard and nothing could be sent for 10 s. Called at most once. */
  gaveUp(): void;
}

/** The timers of one capture. */
export class CaptureWatch {
  readonly #timer = setInterval(() => this.#tick(), TICK_MS);
  #alive_at = performance.now();
  #stalled = false;

  constructor(
    private readonly sender: CaptureSender,
    private readonly uplink: Uplink,
    private readonly listener: WatchListener,
  ) {}

  /** The server has sent something, or something could be sent to it. */
  alive(): void {
    this.#alive_at = performance.now();
    this.#lookAtNetwork(this.#alive_at);
  }

  stop(): void {
    clearInterval(this.#timer);
  }

  #tick(): void {
    const now = performance.now();
    if (this.sender.observe()) this.#alive_at = now;
    this.#lookAtNetwork(now);
    if (this.uplink.isOver(now)) this.listener.outOfTime();
    if (now - this.#alive_at < PATIENCE_MS) return;
    this.stop();
    this.listener.gaveUp();
  }

  #lookAtNetwork(now: number): void {
    const stalled = this.uplink.isStalled(now);
    if (stalled === this.#stalled) return;
    this.#stalled = stalled;
    this.listener.stalled(stalled);
  }
}
