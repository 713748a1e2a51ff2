import { Holdings } from './holdings.js';
import type { Owner } from './turns.js';

/** Readers of results at once: of all captures, of those of one user, and of one capture. docs/integration/landmarks.md, "Readers". */
const MAX_READERS = 200;
const MAX_READERS_OF_USER = 50;
const MAX_READERS_OF_CAPTURE = 20;

/** Whose places are taken. */
export type ReadersOf = 'capture' | 'user' | 'all';

/** Counts the current readers of results. */
export class ReaderPlaces {
  readonly #of_owners = new Holdings();
  readonly #of_captures = new Map<string, number>();

  get taken(): number {
    return this.#of_owners.total;
  }

  /** Takes a place for a reader of a capture. Returns the function that gives it back, or the bound that is reached. */
  take(capture_id: string, owner: Owner): (() => void) | ReadersOf {
    const readers = this.#of_captures.get(capture_id) ?? 0;
    if (readers >= MAX_READERS_OF_CAPTURE) return 'capture';
    if (this.#of_owners.ofUser(owner) >= MAX_READERS_OF_USER) return 'user';
    if (this.#of_owners.total >= MAX_READERS) return 'all';
    this.#of_captures.set(capture_id, readers + 1);
    this.#of_owners.add(owner, 1);
    return () => this.#giveBack(capture_id, owner);
  }

  #giveBack(capture_id: string, owner: Owner): void {
    const readers = (this.#of_captures.get(capture_id) ?? 1) - 1;
    if (readers > 0) this.#of_captures.set(capture_id, readers);
    else this.#of_captures.delete(capture_id);
    this.#of_owners.add(owner, -1);
  }
}
