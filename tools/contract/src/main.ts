import 'reflect-metadata';
import { mkdir, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { contractDocuments } from './documents.js';

const DIRECTORY = fileURLToPath(new URL('../../../libs/service/contract', import.meta.url));

for (const [path, text] of await contractDocuments()) {
  const file = join(DIRECTORY, path);
  await mkdir(dirname(file), { recursive: true });
  await writeFile(file, text);
}
