import fc from 'fast-check';
import { readFileSync } from 'node:fs';

/** How many cases all properties have together: a few for every change, many for `npm run fuzz`. */
const CASES = Number(process.env['FUZZ_CASES'] ?? 2_000);

/** A case that once failed, to be tried first from then on. */
interface KeptCase {
  readonly property: string;
  readonly seed: number;
  readonly path: string;
  /** What was wrong. */
  readonly was: string;
}

const KEPT = JSON.parse(readFileSync(new URL('../fuzz-seeds.json', import.meta.url), 'utf8')) as readonly KeptCase[];

/** A case that takes longer hangs. */
const CASE_TIMEOUT_MS = 10_000;

/** How long a test may take that runs all of a property's cases, on a slow machine; what hangs is found by its case. */
export const FUZZ_TIMEOUT_MS = 240_000 + CASES * 30;

/**
 * Checks a property over its share of the cases, those of test/fuzz-seeds.json first. What fails is reported with the seed and
 * the path to keep there.
 */
export async function fuzz<Value>(
  name: string,
  share: number,
  values: fc.Arbitrary<Value>,
  holds: (value: Value) => void | Promise<void>,
): Promise<void> {
  const property = fc.asyncProperty(values, async (value) => holds(value));
  for (const { seed, path } of KEPT.filter((kept) => kept.property === name)) {
    await fc.assert(property, { seed, path, endOnFailure: true });
  }
  await fc.assert(property, {
    numRuns: Math.ceil(CASES * share),
    timeout: CASE_TIMEOUT_MS,
    // a case that hung may leave behind what hangs those it is shrunk to
    interruptAfterTimeLimit: FUZZ_TIMEOUT_MS / 2,
    markInterruptAsFailure: true,
  });
}
