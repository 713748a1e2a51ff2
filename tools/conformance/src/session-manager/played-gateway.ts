import type { SessionStatus } from '@a3cp/capture-domain';
import { HttpSessionValidator } from '@a3cp/session-clients';
import { randomUUID } from 'node:crypto';
import { type Check, NotPlayable } from '../check.js';
import { Mismatch, PATIENCE_MS } from '../mismatch.js';
import type { UserSession } from '../options.js';
import { endSession, startSession } from '../session-manager-client.js';

export type SessionManagerCheck = Check<PlayedGateway>;

/** A session, and what session_manager must say of it. */
export type Question = readonly [session: UserSession, expected: SessionStatus];

/** A gateway of a session_manager, for one check: it asks as HttpSessionValidator does, and uses no answer twice. */
export class PlayedGateway {
  /** @param session an active session of the user's; null has session_manager start one for each question */
  constructor(
    private readonly url: string,
    private readonly session: UserSession | null,
  ) {}

  /** An active session. */
  async active(): Promise<UserSession> {
    if (this.session) return this.session;
    const user_id = `conformance-${randomUUID()}`;
    return { user_id, session_id: await startSession(this.url, user_id) };
  }

  /** A session that has ended. */
  async closed(): Promise<UserSession> {
    if (this.session) throw new NotPlayable('needs a session_manager that starts and ends sessions');
    const { user_id, session_id } = await this.active();
    await endSession(this.url, user_id, session_id);
    return { user_id, session_id };
  }

  /** Asks for each session by itself, all at once. Throws a {@link Mismatch} for an answer that is another. */
  async asks(...questions: readonly Question[]): Promise<void> {
    const validator = this.#validator(false);
    await Promise.all(
      questions.map(async ([{ user_id, session_id }, expected]) => {
        judge(expected, await validator.validate(user_id, session_id, 'open').catch(messageOf));
      }),
    );
  }

  /** Asks for all sessions in one request, as during captures with `SESSION_BATCH=true`. */
  async asksInOne(...questions: readonly Question[]): Promise<void> {
    const validator = this.#validator(true);
    const answers = await Promise.all(
      questions.map(([{ user_id, session_id }]) => validator.validate(user_id, session_id, 'recheck').catch(messageOf)),
    );
    if (answers[0] === NO_ROUTE)
      throw new NotPlayable('needs sessions.validate_batch; without it, leave SESSION_BATCH off');
    for (const [index, [, expected]] of questions.entries()) judge(expected, answers[index]);
  }

  #validator(batch: boolean): HttpSessionValidator {
    return new HttpSessionValidator({ session_manager_url: this.url, timeout_ms: PATIENCE_MS, cache_ms: 0, batch });
  }
}

/** What HttpSessionValidator says of a session_manager without a route. */
const NO_ROUTE = 'session_manager answered 404';

function messageOf(error: unknown): string {
  return (error as Error).message;
}

function judge(expected: SessionStatus, received: string | undefined): void {
  if (received !== expected) throw new Mismatch(expected, received ?? 'nothing');
}
