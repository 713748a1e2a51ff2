import { type Clock, type SessionCheck, type SessionStatus, SessionValidator, SystemClock } from '@a3cp/capture-domain';
import DataLoader from 'dataloader';
import { LRUCache } from 'lru-cache';
import { MAX_BATCH, SessionManagerClient, type SessionName } from './session-manager-client.js';

/** The options of {@link HttpSessionValidator}. */
export interface HttpSessionValidatorOptions {
  /** http or https, with or without a slash at its end. */
  readonly session_manager_url: string;
  /** How long to wait for an answer, milliseconds: `session_timeout_ms` of the limits. */
  readonly timeout_ms: number;
  /** How long an answer is used again, milliseconds: `session_cache_ms` of the limits. */
  readonly cache_ms: number;
  /** Whether session_manager answers `sessions.validate_batch`, and is asked so during captures. @default false */
  readonly batch?: boolean;
  /** @default the system's */
  readonly clock?: Pick<Clock, 'now'>;
}

/** Answers remembered at once; the least recently used is forgotten for one more. */
const MAX_KNOWN = 10_000;

/**
 * Asks session_manager over HTTP, and no more often than it must. The same question is never under way twice. Its answer is used
 * again for a short while: `closed` always, `active` only to check a running capture again.
 * docs/integration/sessions.md.
 */
export class HttpSessionValidator extends SessionValidator {
  readonly #client: SessionManagerClient;
  readonly #clock: Pick<Clock, 'now'>;
  readonly #batch: DataLoader<SessionName, SessionStatus> | null;
  readonly #under_way = new Map<string, Promise<SessionStatus>>();
  readonly #known: LRUCache<string, 'active' | 'closed'> | null;

  constructor({ session_manager_url, timeout_ms, cache_ms, batch, clock }: HttpSessionValidatorOptions) {
    super();
    this.#client = new SessionManagerClient(session_manager_url, timeout_ms);
    this.#clock = clock ?? new SystemClock();
    this.#batch = batch ? batching(this.#client) : null;
    const perf = { now: () => this.#clock.now() };
    // lru-cache takes a lifetime of 0 for one without end
    this.#known = cache_ms > 0 ? new LRUCache({ max: MAX_KNOWN, ttl: cache_ms, ttlResolution: 0, perf }) : null;
  }

  override validate(user_id: string, session_id: string, check: SessionCheck): Promise<SessionStatus> {
    const key = keyOf(user_id, session_id);
    const known = this.#known?.get(key);
    // an ended session stays ended; an active one may have ended since, which only a running capture may learn late
    if (known === 'closed' || (known === 'active' && check === 'recheck')) return Promise.resolve(known);
    return this.#under_way.get(key) ?? this.#ask(key, { user_id, session_id }, check);
  }

  override forget(user_id: string, session_id: string): void {
    const key = keyOf(user_id, session_id);
    this.#known?.delete(key);
    this.#under_way.delete(key);
  }

  async #ask(key: string, session: SessionName, check: SessionCheck): Promise<SessionStatus> {
    const start = this.#clock.now();
    const batch = check === 'recheck' ? this.#batch : null;
    const answer = batch ? batch.load(session) : this.#client.validate(session);
    this.#under_way.set(key, answer);
    try {
      const status = await answer;
      // an answer that was forgotten while it was under way must not be cached
      if (this.#under_way.get(key) === answer) this.#remember(key, status, start);
      return status;
    } finally {
      if (this.#under_way.get(key) === answer) this.#under_way.delete(key);
    }
  }

  /** Its age counts from the question. A session that is invalid may begin in the next moment. */
  #remember(key: string, status: SessionStatus, start: number): void {
    if (status === 'invalid') this.#known?.delete(key);
    else this.#known?.set(key, status, { start });
  }
}

/** Questions of one turn of the event loop go out together. */
function batching(client: SessionManagerClient): DataLoader<SessionName, SessionStatus> {
  return new DataLoader(
    async (sessions: readonly SessionName[]) => {
      const statuses = await client.validateBatch(sessions);
      return statuses.map((status) => status ?? new Error('session_manager answered without a status'));
    },
    { cache: false, maxBatchSize: MAX_BATCH },
  );
}

/** A key for each session. Two sessions never share one, whatever characters their identifiers have. */
function keyOf(user_id: string, session_id: string): string {
  return JSON.stringify([user_id, session_id]);
}
