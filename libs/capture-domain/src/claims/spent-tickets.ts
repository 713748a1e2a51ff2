import { MAX_TICKET_LIFE_S } from '@a3cp/capture-protocol';
import type { Clock } from '../ports/clock.js';

/** How far two clocks may be apart, seconds. */
export const TICKET_TOLERANCE_S = 5;

/** From its first use, how long a ticket can be used at most while no clock jumps, milliseconds, with clocks that differ. */
const LONGEST_LIFE_MS = (MAX_TICKET_LIFE_S + 4 * TICKET_TOLERANCE_S) * 1_000;

/** Tickets that are remembered although they can no longer be used: about 4 MB. */
const MAX_DEAD = 20_000;

/** A ticket that a connection uses. */
export interface SpentTicket {
  /** Unlike that of any other ticket: a digest of its `jti`. */
  readonly ticket_id: string;
  /** When it can no longer be used, seconds since 1970. */
  readonly dies_at: number;
}

/** The port for the used tickets of all processes. A single process needs none. docs/integration/several-gateways.md. */
export interface SharedTickets {
  /** Resolves with false if another process has used the ticket before; rejects without an answer. */
  spend(ticket: SpentTicket): Promise<boolean>;
}

/**
 * The tickets that were used. It remembers each by a clock that cannot jump, the last 20,000 for as long as it lives. What it
 * forgets stays refused: it accepts no ticket that dies before one that was forgotten, which a clock that was set back would
 * make good again. PROTOCOL.md, "Tickets".
 */
export class SpentTickets {
  /** In the order of their use. */
  readonly #spent = new Map<string, { readonly spent_at: number; readonly dies_at: number }>();
  #forgotten_die_at = -Infinity;

  constructor(private readonly clock: Pick<Clock, 'now'>) {}

  /** Tickets remembered. */
  get size(): number {
    return this.#spent.size;
  }

  /** False if the ticket was used before. */
  spend({ ticket_id, dies_at }: SpentTicket): boolean {
    if (dies_at <= this.#forgotten_die_at || this.#spent.has(ticket_id)) return false;
    const now = this.clock.now();
    this.#spent.set(ticket_id, { spent_at: now, dies_at });
    this.#forget(now);
    return true;
  }

  #forget(now: number): void {
    for (const [ticket_id, { spent_at, dies_at }] of this.#spent) {
      if (this.#spent.size <= MAX_DEAD || now - spent_at <= LONGEST_LIFE_MS) return;
      this.#spent.delete(ticket_id);
      this.#forgotten_die_at = Math.max(this.#forgotten_die_at, dies_at);
    }
  }
}
