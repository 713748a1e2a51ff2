/** What session_manager says of a session. docs/integration/sessions.md. */
export type SessionStatus = 'active' | 'closed' | 'invalid';

/** A session that has ended. */
export interface EndedSession {
  readonly user_id: string;
  readonly session_id: string;
}

/** What a session is asked for: to let a capture begin, or to let one go on. */
export type SessionCheck = 'open' | 'recheck';

/** The port to session_manager. */
export abstract class SessionValidator {
  /**
   * Says whether the session is the user's and still runs; rejects if session_manager gives no usable answer. To let a
   * capture begin, an answer to an earlier question is not good enough.
   */
  abstract validate(user_id: string, session_id: string, check: SessionCheck): Promise<SessionStatus>;

  /** The session has ended: what was answered before, or is being answered, counts no more. One that keeps nothing has nothing to forget. */
  forget?(user_id: string, session_id: string): void;
}
