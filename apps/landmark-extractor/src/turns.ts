/** Whose something is. */
export interface Owner {
  readonly user_id: string;
  readonly session_id: string;
}

/**
 * A queue with turns: users take turns, then the sessions of each user, then the items of each session. So many items of one user
 * do not delay other users. Each operation takes constant time.
 */
export class Turns<T extends { readonly owner: Owner }> {
  readonly #users = new Map<string, Map<string, Set<T>>>();

  /** Adds a thing at the end of its session's line, unless it waits already. */
  add(thing: T): void {
    const { user_id, session_id } = thing.owner;
    const sessions = this.#users.get(user_id) ?? new Map<string, Set<T>>();
    const things = sessions.get(session_id) ?? new Set<T>();
    this.#users.set(user_id, sessions);
    sessions.set(session_id, things);
    things.add(thing);
  }

  /** Removes the item whose turn it is. */
  take(): T | undefined {
    const [user] = this.#users;
    if (!user) return undefined;
    const [user_id, sessions] = user;
    const [session] = sessions;
    if (!session) return undefined;
    const [session_id, things] = session;
    const [thing] = things;
    if (!thing) return undefined;
    things.delete(thing);
    // what is left goes to the end of the line
    sessions.delete(session_id);
    if (things.size > 0) sessions.set(session_id, things);
    this.#users.delete(user_id);
    if (sessions.size > 0) this.#users.set(user_id, sessions);
    return thing;
  }

  delete(thing: T): void {
    const { user_id, session_id } = thing.owner;
    const sessions = this.#users.get(user_id);
    const things = sessions?.get(session_id);
    things?.delete(thing);
    if (things?.size === 0) sessions?.delete(session_id);
    if (sessions?.size === 0) this.#users.delete(user_id);
  }
}
