// Builds all packages and the page. `npm run build` and each script that needs a build run it.
// On SIGTERM or SIGINT it ends its compiler, so that a stop in the middle of a build leaves no process behind.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { dirname } from 'node:path';
import process from 'node:process';

const STEPS = [
  ['node_modules/typescript/bin/tsc', '-b'],
  ['node_modules/vite/bin/vite.js', 'build', '--logLevel', 'warn', 'apps/capture-demo'],
];

const cwd = dirname(import.meta.dirname);

/** @type {import('node:child_process').ChildProcess | undefined} */
let compiler;
let stopped = false;

for (const signal of ['SIGTERM', 'SIGINT']) {
  process.on(signal, () => {
    stopped = true;
    compiler?.kill(signal);
  });
}

process.stderr.write('Building: about a minute the first time, then a few seconds.\n');
for (const step of STEPS) {
  compiler = spawn(process.execPath, step, { cwd, stdio: 'inherit' });
  const [code] = await once(compiler, 'exit');
  if (stopped || code !== 0) process.exit(stopped ? 1 : (code ?? 1));
}
