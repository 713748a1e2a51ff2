/** Questions to another process that wait for their answers, which come in any order. */
export class Questions<Answer> {
  readonly #unanswered = new Map<number, (answer: Answer) => void>();
  #last_id = 0;

  /** Resolves with the answer to what `send` sends under its id; never, if none comes. */
  ask(send: (id: number) => void): { readonly id: number; readonly answer: Promise<Answer> } {
    const id = ++this.#last_id;
    const answer = new Promise<Answer>((resolve) => this.#unanswered.set(id, resolve));
    send(id);
    return { id, answer };
  }

  answer(id: number, answer: Answer): void {
    this.#unanswered.get(id)?.(answer);
    this.forget(id);
  }

  /** The caller no longer waits for it. */
  forget(id: number): void {
    this.#unanswered.delete(id);
  }
}
