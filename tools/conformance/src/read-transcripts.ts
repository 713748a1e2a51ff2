import { readdir, readFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { parseTranscript, type Transcript } from './transcript.js';

const EXTENSION = '.jsonl';

/** Every transcript of a directory, in the order of their names. Throws an Error without transcripts, and for a faulty one. */
export async function readTranscripts(directory: string): Promise<Transcript[]> {
  const files = (await readdir(directory)).filter((file) => file.endsWith(EXTENSION)).sort();
  if (files.length === 0) throw new Error(`there is no transcript in ${directory}`);
  return Promise.all(
    files.map(async (file) =>
      parseTranscript(basename(file, EXTENSION), await readFile(join(directory, file), 'utf8')),
    ),
  );
}
