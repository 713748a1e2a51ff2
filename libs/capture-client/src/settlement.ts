/** A promise that is settled from outside, by the first event. */
export class Settlement<Value> {
  readonly promise: Promise<Value>;
  /** Resolves once it is settled either way. */
  readonly done: Promise<void>;
  #settled = false;
  #resolve!: (value: Value) => void;
  #reject!: (reason: unknown) => void;

  constructor() {
    this.promise = new Promise((resolve, reject) => {
      this.#resolve = resolve;
      this.#reject = reject;
    });
    // handled here, since it can reject before a caller waits for it
    this.done = this.promise.then(
      () => undefined,
      () => undefined,
    );
  }

  get isSettled(): boolean {
    return this.#settled;
  }

  resolve(value: Value): void {
    this.#settled = true;
    this.#resolve(value);
  }

  reject(reason: unknown): void {
    this.#settled = true;
    this.#reject(reason);
  }
}
