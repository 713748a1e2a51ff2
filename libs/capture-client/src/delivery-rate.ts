/** How long back the rate is looked at: long enough for several acknowledgements, which come every 250. */
const MEMORY_MS = 2_000;

/** How long an acknowledgement may stay out before the time without one counts. */
const PATIENCE_MS = 600;

/** How fast frames arrive, by what the server acknowledges. Times are milliseconds of any clock that does not go back. */
export class DeliveryRate {
  /** What had arrived when: oldest first, only the first of them older than what is looked at. */
  readonly #marks: { readonly at: number; readonly bytes: number }[];

  /** Counts from the server's acceptance, since nothing arrives before. */
  constructor(opened_at: number) {
    this.#marks = [{ at: opened_at, bytes: 0 }];
  }

  /** So many bytes in all have arrived. */
  acknowledge(bytes: number, now: number): void {
    this.#marks.push({ at: now, bytes });
    while ((this.#marks[1]?.at ?? now) < now - MEMORY_MS) this.#marks.shift();
  }

  /** Bytes that arrive within so many milliseconds as things are; without bound as long as nothing is known. */
  bytesWithin(ms: number, now: number): number {
    const from = this.#marks[0];
    const to = this.#marks.at(-1);
    if (!from || !to) return Infinity;
    const until = now - to.at > PATIENCE_MS ? now : to.at;
    return until > from.at ? ((to.bytes - from.bytes) * ms) / (until - from.at) : Infinity;
  }
}
