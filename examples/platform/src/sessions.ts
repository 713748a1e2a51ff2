import { SessionValidator, type SessionStatus } from '@a3cp/capture-domain';
import { Injectable, Module } from '@nestjs/common';
import { randomUUID } from 'node:crypto';

/** The platform's sessions, in memory. */
@Injectable()
export class Sessions extends SessionValidator {
  readonly #users = new Map<string, string>();
  readonly #closed = new Set<string>();

  start(user_id: string): string {
    const session_id = randomUUID();
    this.#users.set(session_id, user_id);
    return session_id;
  }

  end(session_id: string): void {
    this.#closed.add(session_id);
  }

  /** The gateway asks when a capture begins, and every few seconds while it runs. */
  override validate(user_id: string, session_id: string): Promise<SessionStatus> {
    if (this.#users.get(session_id) !== user_id) return Promise.resolve('invalid');
    return Promise.resolve(this.#closed.has(session_id) ? 'closed' : 'active');
  }
}

@Module({ providers: [Sessions], exports: [Sessions] })
export class SessionsModule {}
