import type { Move } from './move.js';

/** A broken invariant, with the shortest sequence of moves that breaks it. */
export class Violation extends Error {
  /** The moves, in words. */
  readonly moves: readonly string[];

  /** @param fault what happened that must not */
  constructor(
    readonly fault: string,
    path: readonly Move[] = [],
  ) {
    super([fault, ...path.map(({ words }, index) => `${index + 1}. ${words}`)].join('\n'));
    this.moves = path.map(({ words }) => words);
  }
}

/** Reports a broken invariant. */
export function violate(fault: string): never {
  throw new Violation(fault);
}
