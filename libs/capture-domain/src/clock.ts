/** The passing of time, passed in; the class is also its injection token. */
export abstract class Clock {
  /** Monotonic milliseconds, for durations only. */
  abstract now(): number;
  /** The wall clock, for the `timestamp` of what the server says. */
  abstract date(): Date;
  /** Calls `tick` every `interval_ms` until the returned function is called. */
  abstract every(interval_ms: number, tick: () => void): () => void;
}

/** The real clock. */
export class SystemClock extends Clock {
  now(): number {
    return performance.now();
  }

  date(): Date {
    return new Date();
  }

  every(interval_ms: number, tick: () => void): () => void {
    // After a stall of this process the timer fires before the sockets are read. Ticking in the check phase lets what the
    // clients sent meanwhile be read first, so that nobody is called late for our own delay.
    const timer = setInterval(() => setImmediate(tick), interval_ms);
    return () => clearInterval(timer);
  }
}
