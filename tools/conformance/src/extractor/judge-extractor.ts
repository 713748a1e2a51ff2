import { judge } from '../check.js';
import { Connection } from '../connection.js';
import { PATIENCE_MS } from '../mismatch.js';
import type { ExtractorCommand } from '../options.js';
import { Unplayable } from '../unplayable.js';
import type { Verdict } from '../verdict.js';
import { ACCESS_CHECKS } from './access-checks.js';
import { FAULT_CHECKS } from './fault-checks.js';
import { type ExtractorCheck, PlayedGateway } from './played-gateway.js';
import { REFUSAL_CHECKS } from './refusal-checks.js';
import { RESULT_CHECKS } from './result-checks.js';
import { STREAM_CHECKS } from './stream-checks.js';

/** The document that the clauses are of. */
const PAGE = 'docs/integration/downstream.md';

/** Checks that are played at the same time, since most of what they take is waiting. */
const AT_ONCE = 6;

/** What every extractor of the direct transport must do, in the order of the page. */
export const EXTRACTOR_CHECKS: readonly ExtractorCheck[] = [
  ...STREAM_CHECKS,
  ...REFUSAL_CHECKS,
  ...FAULT_CHECKS,
  ...ACCESS_CHECKS,
  ...RESULT_CHECKS,
];

/** Plays a gateway to an extractor. Throws {@link Unplayable} if no extractor accepts its WebSockets. */
export async function judgeExtractor(
  checks: readonly ExtractorCheck[],
  { url, secret }: ExtractorCommand,
): Promise<Verdict[]> {
  await findExtractor(url, secret);
  return judge(checks, PAGE, AT_ONCE, async (play) => {
    const gateway = new PlayedGateway(url, secret);
    try {
      await play(gateway);
    } finally {
      gateway.leave();
    }
  });
}

async function findExtractor(url: string, secret: string | null): Promise<void> {
  const connection = new Connection(url, { bearer: secret });
  try {
    const answer = await connection.answered(AbortSignal.timeout(PATIENCE_MS)).catch(() => null);
    if (answer === null) throw new Unplayable(`no extractor answers at ${url}`);
    if (answer === 401) throw new Unplayable(`the extractor at ${url} demands a secret: --secret`);
    if (answer !== '') throw new Unplayable(`the extractor at ${url} refuses the WebSocket with HTTP ${answer}`);
  } finally {
    connection.disconnect();
  }
}
