/**
 * Bytes made of things, each made once for all who ask while it is kept. The newest are kept, up to a bound, and none for longer
 * than the thing that it was made of.
 */
export class SharedBytes<T extends WeakKey> {
  readonly #made = new WeakMap<T, Buffer>();
  /** In the order in which they were made; the bytes of a thing that is gone count until their turn. */
  readonly #order: { readonly thing: WeakRef<T>; readonly bytes: number }[] = [];
  #bytes = 0;

  constructor(
    private readonly make: (thing: T) => Buffer,
    private readonly max_bytes: number,
  ) {}

  of(thing: T): Buffer {
    const known = this.#made.get(thing);
    if (known) return known;
    const made = this.make(thing);
    this.#made.set(thing, made);
    this.#order.push({ thing: new WeakRef(thing), bytes: made.length });
    this.#bytes += made.length;
    while (this.#bytes > this.max_bytes) this.#dropOldest();
    return made;
  }

  #dropOldest(): void {
    const oldest = this.#order.shift();
    const thing = oldest?.thing.deref();
    this.#bytes -= oldest?.bytes ?? 0;
    if (thing) this.#made.delete(thing);
  }
}
