/** What session_manager says of a session. docs/integration/sessions.md. */
export type SessionStatus = 'active' | 'closed' | 'invalid';

/** A session that has ended. */
export interface EndedSession {
  readonly user_id: string;
  readonly session_id: string;
}

/** The purpose of a session check: to begin a capture, or to let one continue. */
export type SessionCheck = 'open' | 'recheck';

/** The port to session_manager. */
export abstract class SessionValidator {
  /**
   * Says whether the session is the user's and still runs; rejects without a usable answer. A cached "active" never authorises a
   * new capture.
   */
  abstract validate(user_id: string, session_id: string, check: SessionCheck): Promise<SessionStatus>;

  /** The session has ended: earlier and pending answers no longer count. A validator without a cache does nothing. */
  forget?(user_id: string, session_id: string): void;
}
