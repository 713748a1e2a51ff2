import { DEFAULT_CAPTURE_LIMITS, PeerUnreachable } from '@a3cp/capture-domain';
import { MAX_SENT_IDENTIFIER_CHARACTERS } from '@a3cp/capture-protocol';
import { HttpSessionValidator } from '@a3cp/session-clients';
import { randomUUID } from 'node:crypto';
import { judge } from '../check.js';
import { mustBeWithin, PATIENCE_MS } from '../mismatch.js';
import type { SessionManagerCommand, UserSession } from '../options.js';
import { Unplayable } from '../unplayable.js';
import type { Verdict } from '../verdict.js';
import { PlayedGateway, type Question, type SessionManagerCheck } from './played-gateway.js';

/** The document that the clauses are of. */
const PAGE = 'docs/integration/sessions.md';

const ANSWER = 'answers 200 with {"status": "active"}, "closed" or "invalid".';
const BATCH = 'answers 200 with {"statuses": ["active", …]}, one for each session in the same order.';

/** Requests that a gateway has under way at once. docs/integration/sessions.md. */
const MAX_REQUESTS = 32;

/** Sessions of one request; the gateway sends no more. */
const MAX_BATCH = 40;

/** What every session_manager must do. docs/integration/sessions.md. */
export const SESSION_MANAGER_CHECKS: readonly SessionManagerCheck[] = [
  {
    name: 'an-active-session',
    clause: ANSWER,
    async play(gateway) {
      await gateway.asks([await gateway.active(), 'active']);
    },
  },
  {
    name: 'answers-in-time',
    clause: 'The answer must come within 2 s',
    async play(gateway) {
      const session = await gateway.active();
      const times_ms: number[] = [];
      for (let n = 0; n < 3; n++) {
        const asked_at = performance.now();
        await gateway.asks([session, 'active']);
        times_ms.push(Math.round(performance.now() - asked_at));
      }
      mustBeWithin(DEFAULT_CAPTURE_LIMITS.session_timeout_ms, 'an answer', times_ms);
    },
  },
  {
    name: 'an-unknown-session',
    clause: ANSWER,
    async play(gateway) {
      const { user_id } = await gateway.active();
      await gateway.asks([{ user_id, session_id: randomUUID() }, 'invalid']);
    },
  },
  {
    name: 'a-session-of-another',
    clause: ANSWER,
    async play(gateway) {
      const { session_id } = await gateway.active();
      await gateway.asks([{ user_id: `conformance-${randomUUID()}`, session_id }, 'invalid']);
    },
  },
  {
    name: 'a-closed-session',
    clause: ANSWER,
    async play(gateway) {
      await gateway.asks([await gateway.closed(), 'closed']);
    },
  },
  {
    name: 'odd-names',
    clause: ANSWER,
    async play(gateway) {
      await gateway.asks(...ODD_NAMES.map((name): Question => [{ user_id: name, session_id: name }, 'invalid']));
    },
  },
  {
    name: 'a-question-twice',
    clause: 'must tolerate a sessions.validate that arrives twice.',
    async play(gateway) {
      const session = await gateway.active();
      await gateway.asks([session, 'active']);
      await gateway.asks([session, 'active']);
    },
  },
  {
    name: 'many-questions',
    clause: 'At most 32 requests are under way at once, and 1,000 wait for their turn; more count as unanswered.',
    async play(gateway) {
      await gateway.asks([await gateway.active(), 'active'], ...unknown(MAX_REQUESTS - 1));
    },
  },
  {
    name: 'a-batch',
    clause: BATCH,
    async play(gateway) {
      const [first, last] = unknown(2);
      const middle: Question = [await gateway.active(), 'active'];
      await gateway.asksInOne(...[first, middle, last].filter((question) => question !== undefined));
    },
  },
  {
    name: 'a-batch-with-a-closed-session',
    clause: BATCH,
    async play(gateway) {
      await gateway.asksInOne(...unknown(1), [await gateway.closed(), 'closed'], [await gateway.active(), 'active']);
    },
  },
  {
    name: 'the-largest-batch',
    clause: BATCH,
    async play(gateway) {
      await gateway.asksInOne(...unknown(MAX_BATCH - 1), [await gateway.active(), 'active']);
    },
  },
];

/** What a client may send, and no session has. */
const ODD_NAMES = ['__proto__', 'é/%2F?', '😀'.repeat(MAX_SENT_IDENTIFIER_CHARACTERS)];

/** Questions for sessions that do not exist, with identifiers of the longest kind. */
function unknown(count: number): Question[] {
  return Array.from({ length: count }, (): Question => [{ user_id: longest(), session_id: longest() }, 'invalid']);
}

function longest(): string {
  return randomUUID().padEnd(MAX_SENT_IDENTIFIER_CHARACTERS, '-');
}

/** Plays a gateway to a session_manager. Throws {@link Unplayable} without an answer or a session. */
export async function judgeSessionManager(
  checks: readonly SessionManagerCheck[],
  { url, session }: SessionManagerCommand,
): Promise<Verdict[]> {
  await findSessionManager(url, session);
  // one after the other: none of them waits
  return judge(checks, PAGE, 1, (play) => play(new PlayedGateway(url, session)));
}

async function findSessionManager(url: string, session: UserSession | null): Promise<void> {
  const validator = new HttpSessionValidator({ session_manager_url: url, timeout_ms: PATIENCE_MS, cache_ms: 0 });
  await validator.validate('conformance', 'conformance', 'open').catch((error: unknown) => {
    if (error instanceof PeerUnreachable)
      throw new Unplayable(`no session_manager answers at ${url}: ${error.message}`);
  });
  try {
    await new PlayedGateway(url, session).active();
  } catch (error) {
    throw new Unplayable(`${(error as Error).message}; give --user-id and --session-id`);
  }
}
