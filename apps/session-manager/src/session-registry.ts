import { Injectable } from '@nestjs/common';
import { randomUUID } from 'node:crypto';

/** A session as it was started. */
export interface Session {
  readonly session_id: string;
  readonly user_id: string;
  /** Who performs the gestures, if that was said. */
  readonly performer_id: string | null;
  /** ISO 8601, UTC. */
  readonly start_time: string;
}

/** What a session is to a user: running, ended, or none of theirs. docs/integration/sessions.md. */
export type SessionStatus = 'active' | 'closed' | 'invalid';

/** Why a session was not ended. */
type EndRefusal = 'unknown' | 'of_another_user' | 'already_closed';

/** Sessions that are remembered at once. */
const MAX_SESSIONS = 10_000;

/**
 * The sessions of this process: a stub, in memory only, so that a restart forgets them all. It remembers at most 10,000;
 * for one more it forgets the one that was closed first or, if none is closed, the active one that was started first.
 * What is forgotten is `invalid`.
 */
@Injectable()
export class SessionRegistry {
  readonly #sessions = new Map<string, Session>();
  /** By user, the first started first. */
  readonly #active = new Map<string, Session>();
  /** The first closed first. */
  readonly #closed = new Set<Session>();

  /** The user's active session, or a new one; `performer_id` counts for a new one only. */
  start(user_id: string, performer_id: string | null): Session {
    const active = this.#active.get(user_id);
    if (active) return active;
    if (this.#sessions.size >= MAX_SESSIONS) this.#forgetOldest();
    const session: Session = {
      session_id: randomUUID(),
      user_id,
      performer_id,
      start_time: new Date().toISOString(),
    };
    this.#sessions.set(session.session_id, session);
    this.#active.set(user_id, session);
    return session;
  }

  /** Ends the user's session, or says why it did not; then nothing has changed. */
  end(user_id: string, session_id: string): Session | EndRefusal {
    const session = this.#sessions.get(session_id);
    if (!session) return 'unknown';
    if (session.user_id !== user_id) return 'of_another_user';
    if (this.#closed.has(session)) return 'already_closed';
    this.#active.delete(user_id);
    this.#closed.add(session);
    return session;
  }

  /** Says what the session is to the user. */
  validate(user_id: string, session_id: string): SessionStatus {
    const session = this.#sessions.get(session_id);
    if (session?.user_id !== user_id) return 'invalid';
    return this.#closed.has(session) ? 'closed' : 'active';
  }

  #forgetOldest(): void {
    const [oldest] = this.#closed.size > 0 ? this.#closed : this.#active.values();
    if (!oldest) return;
    this.#sessions.delete(oldest.session_id);
    // a closed session's user may have a new one, which stays
    if (!this.#closed.delete(oldest)) this.#active.delete(oldest.user_id);
  }
}
