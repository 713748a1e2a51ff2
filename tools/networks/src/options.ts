import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';

/** What the command line asks for. */
export interface NetworksOptions {
  /** Chromium with the page, in place of the client library in Node. */
  readonly browser: boolean;
  /** Name of the lines to play; null for all. */
  readonly only: string | null;
  /** Folder of the recordings. */
  readonly recordings: string;
}

const RECORDINGS = fileURLToPath(new URL('../recordings/', import.meta.url));

export const USAGE = `Usage: npm run networks -- [options]

Plays captures over recorded mobile networks and over made-up lines, and prints what arrived.

  --browser             captures of the page in Chromium, in place of the client library in Node
  --only NAME           only the line of that name, one window ("NAME from 37.5 s"), or all lines whose name begins so
  --recordings FOLDER   recordings in the format of tools/networks/recordings (default: those)
  --help                this page

Exit code: 0 every promise was kept, 1 one was broken, 2 the command line is wrong.
`;

/** Reads the command line; null if it asks for help. Throws an Error that says what is wrong with it. */
export function readOptions(argv: readonly string[]): NetworksOptions | null {
  const { values } = parseArgs({
    args: [...argv],
    options: {
      browser: { type: 'boolean', default: false },
      only: { type: 'string' },
      recordings: { type: 'string', default: RECORDINGS },
      help: { type: 'boolean', default: false },
    },
  });
  if (values.help) return null;
  return { browser: values.browser, only: values.only ?? null, recordings: values.recordings };
}
