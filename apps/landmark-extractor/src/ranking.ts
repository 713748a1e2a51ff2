/** Things in an order, each of them once. To add or remove one of n takes log n comparisons. */
export class Ranking<T> {
  readonly #members: T[] = [];

  /** `compare` is negative where its first argument comes first, and 0 for the same thing only. */
  constructor(private readonly compare: (a: T, b: T) => number) {}

  get first(): T | undefined {
    return this.#members[0];
  }

  /** Adds a thing unless it is in already. Its place must not change while it is in. */
  add(member: T): void {
    const index = this.#indexOf(member);
    if (this.#members[index] !== member) this.#members.splice(index, 0, member);
  }

  delete(member: T): void {
    const index = this.#indexOf(member);
    if (this.#members[index] === member) this.#members.splice(index, 1);
  }

  /** Where the thing is, or belongs. */
  #indexOf(member: T): number {
    let [low, high] = [0, this.#members.length];
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (this.compare(this.#members[middle] as T, member) < 0) low = middle + 1;
      else high = middle;
    }
    return low;
  }
}
