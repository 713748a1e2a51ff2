// Packs every package of this repository that platforms install. `npm run packages [-- DIRECTORY]`; the default is packages/.
import { execFileSync } from 'node:child_process';
import console from 'node:console';
import { mkdirSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { join, resolve } from 'node:path';
import process from 'node:process';

const ROOT = join(import.meta.dirname, '..');
const directory = resolve(process.argv[2] ?? join(ROOT, 'packages'));

const folders = ['libs', 'apps'].flatMap((parent) =>
  readdirSync(join(ROOT, parent)).map((name) => `${parent}/${name}`),
);
const published = folders.filter((folder) => {
  const { private: isPrivate } = JSON.parse(readFileSync(join(ROOT, folder, 'package.json'), 'utf8'));
  return !isPrivate;
});

rmSync(directory, { recursive: true, force: true });
mkdirSync(directory, { recursive: true });
const workspaces = published.flatMap((folder) => ['--workspace', folder]);
execFileSync('npm', ['pack', '--silent', '--pack-destination', directory, ...workspaces], {
  cwd: ROOT,
  stdio: ['ignore', 'ignore', 'inherit'],
});
console.log(readdirSync(directory).join('\n'));
