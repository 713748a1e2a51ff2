/** The passing of time, passed in; the class is also its injection token. */
export abstract class Clock {
  /** Monotonic milliseconds, for durations only. */
  abstract now(): number;
  /** The wall clock, for the `timestamp` of the server's messages. */
  abstract date(): Date;
  /** Calls `tick` every `interval_ms` until the returned function is called. */
  abstract every(interval_ms: number, tick: () => void): () => void;
}

/** The real clock. */
export class SystemClock extends Clock {
  #tick_at: number | null = null;

  now(): number {
    return this.#tick_at ?? performance.now();
  }

  date(): Date {
    return new Date();
  }

  every(interval_ms: number, tick: () => void): () => void {
    // After a stall of this process the timer fires before the sockets are read. The check phase comes after the reads, so what
    // arrived before the timer counts first. The time of the tick is the timer's, since what arrives during the reads is not
    // handled yet. So clients are not timed out because this process stalled.
    let due: NodeJS.Immediate | undefined;
    const timer = setInterval(() => {
      const fired_at = performance.now();
      due = setImmediate(() => this.#tickAt(fired_at, tick));
    }, interval_ms);
    return () => {
      clearInterval(timer);
      clearImmediate(due);
    };
  }

  #tickAt(time: number, tick: () => void): void {
    this.#tick_at = time;
    try {
      tick();
    } finally {
      this.#tick_at = null;
    }
  }
}
