import type { Owner } from './turns.js';

/**
 * Amounts of a bounded resource by user and session. Each operation takes constant time, except for finding the largest holder.
 */
export class Holdings {
  #total = 0;
  readonly #users = new Map<string, { total: number; readonly sessions: Map<string, number> }>();

  get total(): number {
    return this.#total;
  }

  ofUser({ user_id }: Pick<Owner, 'user_id'>): number {
    return this.#users.get(user_id)?.total ?? 0;
  }

  ofSession({ user_id, session_id }: Owner): number {
    return this.#users.get(user_id)?.sessions.get(session_id) ?? 0;
  }

  /** Adds to what an owner holds; a negative amount takes away. */
  add(owner: Owner, amount: number): void {
    const { user_id, session_id } = owner;
    const user = this.#users.get(user_id) ?? { total: 0, sessions: new Map<string, number>() };
    this.#users.set(user_id, user);
    this.#total += amount;
    user.total += amount;
    const of_session = this.ofSession(owner) + amount;
    if (of_session === 0) user.sessions.delete(session_id);
    else user.sessions.set(session_id, of_session);
    if (user.sessions.size === 0) this.#users.delete(user_id);
  }

  /** The session with the largest amount of the user with the largest amount; undefined if all amounts are 0. */
  heaviest(): Owner | undefined {
    const [user_id] = most(this.#users, ({ total }) => total) ?? [];
    return user_id === undefined ? undefined : this.heaviestOf({ user_id });
  }

  /** The session that holds most of one user; undefined if the user holds nothing. */
  heaviestOf({ user_id }: Pick<Owner, 'user_id'>): Owner | undefined {
    const sessions = this.#users.get(user_id)?.sessions;
    const [session_id] = (sessions && most(sessions, (amount) => amount)) ?? [];
    return session_id === undefined ? undefined : { user_id, session_id };
  }
}

function most<T>(entries: Map<string, T>, amountOf: (entry: T) => number): [string, T] | undefined {
  let found: [string, T] | undefined;
  for (const entry of entries) if (!found || amountOf(entry[1]) > amountOf(found[1])) found = entry;
  return found;
}
