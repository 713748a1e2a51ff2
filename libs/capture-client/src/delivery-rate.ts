/** How long back the rate is measured: enough for several acknowledgements, which come every 250 ms. */
const WINDOW_MS = 1_500;

/** How long the best rate is remembered. */
const MEMORY_MS = 5_000;

/** A rate over a shorter time is not remembered: one acknowledgement can come late, and the next with it. */
const LEAST_MEMORABLE_MS = 200;

/** Shorter times say nothing about a rate. */
const LEAST_MS = 20;

/**
 * The rate at which bytes arrive while any are on the way. Time with nothing on the way does not count, so a paused source does
 * not look like a slow network. Times are milliseconds of a monotonic clock.
 */
export class DeliveryRate {
  /** Bytes that had arrived, at times of a clock that stands still while nothing is on the way; oldest first. */
  readonly #marks = [{ at: 0, bytes: 0 }];
  /** Rates at times of the same clock. */
  readonly #rates: { readonly at: number; readonly value: number }[] = [];
  #running_since: number | null = null;

  /** Bytes are on the way from now on. */
  start(now: number): void {
    this.#running_since ??= now;
  }

  /** The server is ready only now: until the first arrival, the time before does not count. */
  restart(now: number): void {
    if (this.#marks.length === 1 && this.#running_since !== null) this.#running_since = now;
  }

  /** `bytes` is the total that has arrived; `done` if no more are on the way. */
  arrived(bytes: number, now: number, done: boolean): void {
    const at = this.#clock(now);
    this.#marks.push({ at, bytes });
    while ((this.#marks[1]?.at ?? at) <= at - WINDOW_MS) this.#marks.shift();
    this.#running_since = done ? null : now;
    if (at - (this.#marks[0]?.at ?? at) >= LEAST_MEMORABLE_MS) this.#rates.push({ at, value: this.value });
    while ((this.#rates[0]?.at ?? at) < at - MEMORY_MS) this.#rates.shift();
  }

  /** Bytes a second until the last arrival; Infinity before the first. */
  get value(): number {
    const [from] = this.#marks;
    const to = this.#marks.at(-1);
    if (!from || !to || from === to) return Infinity;
    return ((to.bytes - from.bytes) * 1_000) / Math.max(LEAST_MS, to.at - from.at);
  }

  /** The highest value of late, in bytes a second; Infinity before the first arrival. */
  get best(): number {
    return this.#rates.length === 0 ? this.value : Math.max(...this.#rates.map(({ value }) => value));
  }

  get #last_at(): number {
    return this.#marks.at(-1)?.at ?? 0;
  }

  #clock(now: number): number {
    return this.#last_at + (this.#running_since === null ? 0 : now - this.#running_since);
  }
}
