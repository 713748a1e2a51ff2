import { setImmediate } from 'node:timers/promises';

/**
 * Hands out the turns of the event loop one by one: however many callers there are, work between two turns of the event loop is
 * that of one caller. So large answers delay no frame by more than one step of theirs.
 */
export class EventLoopTurns {
  #last: Promise<void> = Promise.resolve();

  /** Resolves in a turn of the event loop that no other caller has, in the order of the calls. */
  next(): Promise<void> {
    return (this.#last = this.#last.then(() => setImmediate()));
  }
}
