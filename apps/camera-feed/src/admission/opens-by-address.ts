import type { Clock } from '@a3cp/capture-domain';
import { Tally } from '@a3cp/capture-domain';

const MINUTE_MS = 60_000;

/** How many `capture.open` came from each address in the minute that runs; all are forgotten when the next one begins. */
export class OpensByAddress {
  #tally = new Tally();
  #begun_at: number;

  constructor(private readonly clock: Clock) {
    this.#begun_at = clock.now();
  }

  /** Counts one more; returns how many there were in this minute, that one counted. */
  count(address: string): number {
    const now = this.clock.now();
    if (now - this.#begun_at >= MINUTE_MS) {
      this.#tally = new Tally();
      this.#begun_at = now;
    }
    this.#tally.add(address);
    return this.#tally.of(address);
  }
}
