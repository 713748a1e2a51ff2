import { randomInt } from 'node:crypto';
import { parseArgs } from 'node:util';

/** What the command line asks for. */
export interface SoakOptions {
  /** Captures begun in a minute. */
  readonly rate: number;
  /** For so long. */
  readonly seconds: number;
  /** What every capture's chance comes from. */
  readonly seed: number;
}

const MAX_SEED = 2 ** 32 - 1;

export const USAGE = `Usage: npm run soak -- [options]

Makes captures at a gateway of its own, with faults of clients, extractor and session_manager, and counts what came of them.

  --rate N      captures begun in a minute (default 500)
  --seconds N   for so long (default 600)
  --seed N      does the same to each capture as a soak with this seed did (default: a new one, which is printed)
  --help        this page

Exit code: 0 everything ended as it must, 1 something did not, 2 the command line is wrong.
`;

/** Reads the command line; null if it asks for help. Throws an Error that says what is wrong with it. */
export function readOptions(argv: readonly string[]): SoakOptions | null {
  const { values } = parseArgs({
    args: [...argv],
    options: {
      rate: { type: 'string', default: '500' },
      seconds: { type: 'string', default: '600' },
      seed: { type: 'string' },
      help: { type: 'boolean', default: false },
    },
  });
  if (values.help) return null;
  return {
    rate: whole('--rate', values.rate, 1, 60_000),
    seconds: whole('--seconds', values.seconds, 1, 86_400),
    seed: values.seed === undefined ? randomInt(MAX_SEED) : whole('--seed', values.seed, 0, MAX_SEED),
  };
}

function whole(option: string, text: string, least: number, most: number): number {
  const value = Number(text);
  if (/^\d+$/.test(text) && value >= least && value <= most) return value;
  throw new Error(`${option} must be a whole number from ${least} to ${most}`);
}
