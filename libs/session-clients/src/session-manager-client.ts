import { PeerUnreachable, type SessionStatus } from '@a3cp/capture-domain';
import {
  bulkhead,
  circuitBreaker,
  ConsecutiveBreaker,
  handleType,
  isBrokenCircuitError,
  isTaskCancelledError,
  wrap,
} from 'cockatiel';
import { postJson } from './post-json.js';
import { readStatus, readStatuses } from './session-answer.js';

/** A session as session_manager is asked for it. */
export interface SessionName {
  readonly user_id: string;
  readonly session_id: string;
}

/** Sessions of one batch. The longest identifiers make 1,900 bytes of each, so a body parser that takes 100 KB takes it. */
export const MAX_BATCH = 40;

/** Many times the length of an answer for one session; a longer one counts as no answer. */
const MAX_ANSWER_BYTES = 1_024;

/** The same for a batch: 100 words of at most 9 characters, with what JSON puts around them. */
const MAX_BATCH_ANSWER_BYTES = 4_096;

/** Requests under way at once. */
const MAX_REQUESTS = 32;

/** Requests that wait for one of these to be done: one for each capture a process may have by default. */
const MAX_WAITING = 1_000;

/** Questions in a row without an answer that open the circuit breaker. */
const FAILURES_TO_BREAK = 5;

/** How long it stays open, at most the time until a capture repeats a question: a capture repeats only a few times. */
const BREAK_MS = 1_000;

const NO_ANSWER = 'no answer';

/** What a proxy says in the place of a session_manager that does not answer. */
const NO_ANSWER_CODES: readonly number[] = [502, 503, 504];

/**
 * Asks session_manager over HTTP, 32 questions at a time. Whatever is not the answer of docs/integration/sessions.md, rejects.
 * After 5 questions in a row without an answer the circuit breaker opens: questions reject at once, and one each second
 * finds out whether session_manager is back. A question that was sent twice (see {@link postJson}) counts once. An HTTP
 * refusal is an answer and does not trip the circuit breaker, since a client can provoke one by its identifiers.
 */
export class SessionManagerClient {
  readonly #base: URL;
  readonly #policy = wrap(
    bulkhead(MAX_REQUESTS, MAX_WAITING),
    circuitBreaker(handleType(PeerUnreachable), {
      halfOpenAfter: BREAK_MS,
      breaker: new ConsecutiveBreaker(FAILURES_TO_BREAK),
    }),
  );

  /**
   * @param session_manager_url http or https, with or without a slash at its end
   * @param timeout_ms from the question to the whole answer, waiting for its turn included, in milliseconds
   */
  constructor(
    session_manager_url: string,
    private readonly timeout_ms: number,
  ) {
    this.#base = new URL(`${session_manager_url.replace(/\/+$/, '')}/session_manager/`);
  }

  /** What the session is to the user. */
  async validate({ user_id, session_id }: SessionName): Promise<SessionStatus> {
    const text = await this.#ask('sessions.validate', { user_id, session_id }, MAX_ANSWER_BYTES);
    const status = readStatus(text);
    if (status === null) throw new Error('session_manager answered without a status');
    return status;
  }

  /** The same for at most {@link MAX_BATCH} sessions in one request, in their order; null where the answer holds no status for one. */
  async validateBatch(sessions: readonly SessionName[]): Promise<readonly (SessionStatus | null)[]> {
    const body = { sessions: sessions.map(({ user_id, session_id }) => ({ user_id, session_id })) };
    const statuses = readStatuses(await this.#ask('sessions.validate_batch', body, MAX_BATCH_ANSWER_BYTES));
    if (statuses?.length !== sessions.length) throw new Error('session_manager answered without a status for each');
    return statuses;
  }

  async #ask(route: string, body: object, max_bytes: number): Promise<string | null> {
    const signal = deadline(this.timeout_ms);
    try {
      return await this.#policy.execute(() => this.#post(route, JSON.stringify(body), max_bytes, signal), signal);
    } catch (error) {
      if (isBrokenCircuitError(error) || isTaskCancelledError(error)) throw new PeerUnreachable(NO_ANSWER);
      throw error;
    }
  }

  async #post(route: string, body: string, max_bytes: number, signal: AbortSignal): Promise<string | null> {
    const { code, text } = await postJson(new URL(route, this.#base), body, max_bytes, signal).catch(
      (error: unknown) => {
        // without the cause: it can hold the URL, and the URL can hold a secret of the host
        throw new PeerUnreachable(signal.aborted ? NO_ANSWER : ((error as NodeJS.ErrnoException).code ?? NO_ANSWER));
      },
    );
    if (NO_ANSWER_CODES.includes(code)) throw new PeerUnreachable(`HTTP ${code}`);
    if (code !== 200) throw new Error(`session_manager answered ${code}`);
    return text;
  }
}

/**
 * Returns a signal that aborts after `ms` milliseconds. After a stall of this process its timers fire before its sockets are
 * read. So the signal aborts only after the sockets were read: an answer that has arrived counts.
 */
function deadline(ms: number): AbortSignal {
  const controller = new AbortController();
  setTimeout(() => setImmediate(() => controller.abort()), ms).unref();
  return controller.signal;
}
