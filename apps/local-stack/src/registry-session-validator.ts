import { type SessionStatus, SessionValidator } from '@a3cp/capture-domain';
import type { SessionRegistry } from '@a3cp/session-manager';

/** Asks the session_manager in the same process. PROTOCOL.md, "Sessions". */
export class RegistrySessionValidator extends SessionValidator {
  constructor(private readonly sessions: SessionRegistry) {
    super();
  }

  validate(user_id: string, session_id: string): Promise<SessionStatus> {
    return Promise.resolve(this.sessions.validate(user_id, session_id));
  }
}
