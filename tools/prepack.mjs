// Makes the package in the current folder ready to be packed: licence, compiled sources, and no file of a deleted source.
import { execFileSync } from 'node:child_process';
import { copyFileSync, existsSync, readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';

for (const name of ['LICENSE', 'NOTICE']) copyFileSync(join(import.meta.dirname, '..', name), name);

execFileSync('tsc', ['-b'], { stdio: 'inherit' });

for (const file of readdirSync('dist', { recursive: true })) {
  const source = /^(.*)(\.d\.ts|\.js)(\.map)?$/.exec(file)?.[1];
  if (source !== undefined && !existsSync(join('src', `${source}.ts`))) rmSync(join('dist', file));
}
