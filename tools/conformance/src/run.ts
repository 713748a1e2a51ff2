import type { Writable } from 'node:stream';
import { fileURLToPath } from 'node:url';
import { EXTRACTOR_CHECKS, judgeExtractor } from './extractor/judge-extractor.js';
import { judgeGateway } from './judge-gateway.js';
import { type Command, readOptions, USAGE } from './options.js';
import { readTranscripts } from './read-transcripts.js';
import { judgeSessionManager, SESSION_MANAGER_CHECKS } from './session-manager/judge-session-manager.js';
import { Unplayable } from './unplayable.js';
import { tableOf, type Verdict } from './verdict.js';

/** Where a command writes: its table to stdout, notes and what is wrong with its command line to stderr. */
export interface Io {
  readonly stdout: Writable;
  readonly stderr: Writable;
}

const TRANSCRIPTS = fileURLToPath(new URL('../../../test/transcripts', import.meta.url));

/** The whole command; resolves to its exit code: 0 all as it must be, 1 something was not, 2 nothing could be judged. */
export async function run(argv: readonly string[], io: Io, directory = TRANSCRIPTS): Promise<0 | 1 | 2> {
  let command: Command | null;
  try {
    command = readOptions(argv);
  } catch (error) {
    io.stderr.write(`${(error as Error).message}\nTry --help.\n`);
    return 2;
  }
  if (!command) {
    io.stdout.write(USAGE);
    return 0;
  }
  try {
    const verdicts = await judge(command, directory, io.stderr);
    io.stdout.write(tableOf(verdicts));
    return verdicts.some(({ result }) => result === 'FAIL') ? 1 : 0;
  } catch (error) {
    if (!(error instanceof Unplayable)) throw error;
    io.stderr.write(`${error.message}\n`);
    return 2;
  }
}

async function judge(command: Command, directory: string, notes: Writable): Promise<Verdict[]> {
  switch (command.target) {
    case 'gateway':
      return judgeGateway(chosen(await readTranscripts(directory), command.only), command, notes);
    case 'extractor':
      return judgeExtractor(chosen(EXTRACTOR_CHECKS, command.only), command);
    case 'session_manager':
      return judgeSessionManager(chosen(SESSION_MANAGER_CHECKS, command.only), command);
  }
}

/** All, or the one of that name. */
function chosen<T extends { readonly name: string }>(all: readonly T[], only: string | null): readonly T[] {
  if (only === null) return all;
  const one = all.filter(({ name }) => name === only);
  if (one.length === 0) throw new Unplayable('--only names none of the transcripts and checks');
  return one;
}
