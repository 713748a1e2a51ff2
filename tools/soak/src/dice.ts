import { createHash } from 'node:crypto';

/** How often one capture may throw. */
const THROWS = 16;
const BYTES = 4;

/** The chance of one capture: the same for the same seed and number, whatever else runs. */
export class Dice {
  readonly #thrown: Buffer;
  #next = 0;

  constructor(seed: number, number: number) {
    this.#thrown = createHash('shake256', { outputLength: THROWS * BYTES })
      .update(`${seed}/${number}`)
      .digest();
  }

  /** A whole number from `least` to `most`. */
  between(least: number, most: number): number {
    const thrown = this.#thrown.readUInt32BE(this.#next);
    this.#next += BYTES;
    return least + Math.floor((thrown / 2 ** 32) * (most - least + 1));
  }

  one<T>(of: readonly [T, ...T[]]): T {
    return of[this.between(0, of.length - 1)] ?? of[0];
  }
}
