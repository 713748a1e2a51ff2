/**
 * A set of texts, as a value: `with` gives a larger one and leaves this one as it was. One more takes the same time however
 * many there are, since all the sets that grew out of one another share their memory.
 */
export class GrowingSet {
  /** Of every text, how many came before it; a set has those of which fewer came before than it has. */
  readonly #places: Map<string, number>;
  readonly #size: number;

  private constructor(places: Map<string, number>, size: number) {
    this.#places = places;
    this.#size = size;
  }

  static of(text: string): GrowingSet {
    return new GrowingSet(new Map([[text, 0]]), 1);
  }

  has(text: string): boolean {
    const place = this.#places.get(text);
    return place !== undefined && place < this.#size;
  }

  /** @param text one that is not in it */
  with(text: string): GrowingSet {
    // another set has grown out of this one already, so this one needs its own memory
    const places = this.#places.size === this.#size ? this.#places : this.#ownPlaces();
    places.set(text, this.#size);
    return new GrowingSet(places, this.#size + 1);
  }

  #ownPlaces(): Map<string, number> {
    return new Map([...this.#places].filter(([, place]) => place < this.#size));
  }
}
