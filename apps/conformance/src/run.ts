import type { Writable } from 'node:stream';
import { fileURLToPath } from 'node:url';
import { type Options, readOptions, USAGE } from './options.js';
import { looksForLandmarks } from './landmarks.js';
import { readTranscripts } from './read-transcripts.js';
import { RemoteSite, unmetNeed } from './remote-site.js';
import { replay } from './replay.js';
import type { Transcript } from './transcript.js';

/** Where a command writes: its table to stdout, what is wrong with its command line to stderr. */
export interface Io {
  readonly stdout: Writable;
  readonly stderr: Writable;
}

const TRANSCRIPTS = fileURLToPath(new URL('../../../test/transcripts', import.meta.url));

const LANDMARKS_NOTE = `This server looks for landmarks in every frame. Its extractor is soon full and refuses captures: transcripts that
FAIL with forward_failed say nothing about the gateway. To judge the gateway, start the extractor with LANDMARK_THREADS=0.
`;

const FULL_NOTE = `Transcripts FAIL with forward_failed: the extractor refuses captures. One that looks for landmarks is soon full; start it
with LANDMARK_THREADS=0.
`;

/** Transcripts that are played at the same time, since most of what they take is waiting. */
const AT_ONCE = 8;

interface Verdict {
  readonly result: 'pass' | 'FAIL' | 'skip';
  /** Why, in a line; null for a pass. */
  readonly why: string | null;
}

/** The whole command; resolves to its exit code: 0 all as it must be, 1 something was not, 2 wrong usage. */
export async function run(argv: readonly string[], io: Io, directory = TRANSCRIPTS): Promise<0 | 1 | 2> {
  let options: Options | null;
  try {
    options = readOptions(argv);
  } catch (error) {
    io.stderr.write(`${(error as Error).message}\nTry --help.\n`);
    return 2;
  }
  if (!options) {
    io.stdout.write(USAGE);
    return 0;
  }
  const transcripts = await readTranscripts(directory);
  const width = Math.max(...transcripts.map(({ name }) => name.length));
  const landmarks = await looksForLandmarks(options);
  if (landmarks) io.stderr.write(LANDMARKS_NOTE);
  const verdicts = await judge(transcripts, options);
  for (const [index, { name }] of transcripts.entries()) {
    const { result, why } = verdicts[index] as Verdict;
    io.stdout.write(`${name.padEnd(width)}  ${result}${why === null ? '' : `  ${why}`}\n`);
  }
  const count = (wanted: Verdict['result']): number => verdicts.filter(({ result }) => result === wanted).length;
  io.stdout.write(`${count('pass')} passed, ${count('FAIL')} failed, ${count('skip')} skipped\n`);
  const refused = verdicts.some(({ result, why }) => result === 'FAIL' && why?.includes('forward_failed'));
  if (refused && !landmarks) io.stderr.write(FULL_NOTE);
  return count('FAIL') === 0 ? 0 : 1;
}

/** In the order of the transcripts, whichever is over first. */
async function judge(transcripts: readonly Transcript[], options: Options): Promise<Verdict[]> {
  const verdicts: Verdict[] = [];
  const waiting = [...transcripts.entries()];
  const work = async (): Promise<void> => {
    for (let next = waiting.shift(); next; next = waiting.shift()) {
      const [index, transcript] = next;
      verdicts[index] = await verdictOn(transcript, options);
    }
  };
  // one session has room for few captures at a time
  const workers = 'session_manager' in options.sessions ? AT_ONCE : 1;
  await Promise.all(Array.from({ length: workers }, work));
  return verdicts;
}

async function verdictOn(transcript: Transcript, options: Options): Promise<Verdict> {
  const unmet = unmetNeed(transcript, options.sessions);
  if (unmet !== null) return { result: 'skip', why: unmet };
  try {
    const why = await replay(transcript, await RemoteSite.for(transcript, options));
    return { result: why === null ? 'pass' : 'FAIL', why };
  } catch (error) {
    return { result: 'FAIL', why: (error as Error).message };
  }
}
