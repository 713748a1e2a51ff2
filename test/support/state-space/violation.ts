/** A broken invariant, with the shortest sequence of moves that breaks it. */
export class Violation extends Error {
  constructor(
    /** What happened that must not. */
    readonly fault: string,
    /** The moves, in words. */
    readonly moves: readonly string[] = [],
  ) {
    super([fault, ...moves.map((words, index) => `${index + 1}. ${words}`)].join('\n'));
  }
}

/** Reports a broken invariant. */
export function violate(fault: string): never {
  throw new Violation(fault);
}
