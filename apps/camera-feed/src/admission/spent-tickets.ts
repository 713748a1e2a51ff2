/** How long what has died may be kept, seconds: often enough for memory, seldom enough for time. */
const SWEEP_INTERVAL_S = 60;

/** The tickets that were used and could be used again, were they not remembered. */
export class SpentTickets {
  readonly #dies_at = new Map<string, number>();
  #swept_at = 0;

  /** False if the ticket was used before. `dies_at` is when it can no longer be used anyway; both times are seconds. */
  spend(jti: string, dies_at: number, now: number): boolean {
    if (now - this.#swept_at >= SWEEP_INTERVAL_S) this.#sweep(now);
    if (this.#dies_at.has(jti)) return false;
    this.#dies_at.set(jti, dies_at);
    return true;
  }

  /** Tickets remembered. */
  get size(): number {
    return this.#dies_at.size;
  }

  #sweep(now: number): void {
    this.#swept_at = now;
    for (const [jti, dies_at] of this.#dies_at) if (dies_at < now) this.#dies_at.delete(jti);
  }
}
