import { Clock } from '@a3cp/capture-domain';
import { setImmediate } from 'node:timers/promises';

/** No timer of the server is finer. */
const STEP_MS = 50;

/** A clock that stands still until a test moves it. */
export class ManualClock extends Clock {
  #now = 1_000;
  readonly #timers = new Set<{ readonly interval_ms: number; readonly tick: () => void; due: number }>();

  /** Timers that run; 0 once nothing needs the time any more. */
  get running(): number {
    return this.#timers.size;
  }

  now(): number {
    return this.#now;
  }

  date(): Date {
    return new Date(Date.UTC(2026, 0, 1) + this.#now);
  }

  every(interval_ms: number, tick: () => void): () => void {
    const timer = { interval_ms, tick, due: this.#now + interval_ms };
    this.#timers.add(timer);
    return () => this.#timers.delete(timer);
  }

  /** Moves the time on, step by step through every tick that falls due. */
  advance(ms: number): void {
    const target = this.#now + ms;
    for (let timer = this.#nextDue(target); timer; timer = this.#nextDue(target)) {
      this.#now = timer.due;
      timer.due += timer.interval_ms;
      timer.tick();
    }
    this.#now = target;
  }

  /** Moves the time on in small steps; what is answered at once is answered in between. */
  async pass(ms: number): Promise<void> {
    for (let left = ms; left > 0; left -= STEP_MS) {
      this.advance(Math.min(left, STEP_MS));
      await setImmediate();
    }
  }

  #nextDue(target: number) {
    const due = [...this.#timers].filter((timer) => timer.due <= target);
    return due.sort((a, b) => a.due - b.due)[0];
  }
}
