import { execFileSync } from 'node:child_process';

/** Builds everything once, before the first of the browser's specs. */
export default function build() {
  const cwd = `${import.meta.dirname}/../..`;
  execFileSync('npm', ['run', 'build'], { cwd, stdio: ['ignore', 'ignore', 'inherit'] });
}
