import type { Verdict } from './verdict.js';

/** One thing that a peer of the gateway must do. */
export interface Check<Gateway> {
  readonly name: string;
  /** The sentence or the table row that it shows, cells joined by ` | `. */
  readonly clause: string;
  /** Plays the gateway. Throws an Error if the peer does otherwise, {@link NotPlayable} if nothing can be said of it. */
  play(gateway: Gateway): Promise<void>;
}

/** Why a check says nothing of this peer. */
export class NotPlayable extends Error {}

/**
 * Plays the checks. Returns the verdicts in the order of the checks.
 *
 * @param page the document that the clauses are of
 * @param at_once the number of checks that are played at the same time @param withGateway plays one check, with its own gateway
 */
export async function judge<Gateway>(
  checks: readonly Check<Gateway>[],
  page: string,
  at_once: number,
  withGateway: (play: Check<Gateway>['play']) => Promise<void>,
): Promise<Verdict[]> {
  const verdicts: Verdict[] = [];
  const waiting = [...checks.entries()];
  const work = async (): Promise<void> => {
    for (let next = waiting.shift(); next; next = waiting.shift()) {
      const [index, check] = next;
      const { name, clause } = check;
      verdicts[index] = { name, clause: `${page}: ${clause}`, ...(await resultOf(check, withGateway)) };
    }
  };
  await Promise.all(Array.from({ length: at_once }, work));
  return verdicts;
}

async function resultOf<Gateway>(
  check: Check<Gateway>,
  withGateway: (play: Check<Gateway>['play']) => Promise<void>,
): Promise<Pick<Verdict, 'result' | 'why'>> {
  try {
    await withGateway((gateway) => check.play(gateway));
    return { result: 'pass', why: null };
  } catch (error) {
    return { result: error instanceof NotPlayable ? 'skip' : 'FAIL', why: (error as Error).message };
  }
}
