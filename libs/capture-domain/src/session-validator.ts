/** What session_manager says of a session. PROTOCOL.md, "Sessions". */
export type SessionStatus = 'active' | 'closed' | 'invalid';

/** The port to session_manager; the class is also its injection token. */
export abstract class SessionValidator {
  /** Says whether the session is the user's and still runs; rejects if session_manager gives no usable answer. */
  abstract validate(user_id: string, session_id: string): Promise<SessionStatus>;
}
