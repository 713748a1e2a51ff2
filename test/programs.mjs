import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { delimiter, resolve } from 'node:path';
import process from 'node:process';

/**
 * The programs that specs need beside Node, each with its Debian package. The ending of a spec's name says which it needs:
 * `*.nats-spec.ts` needs those of `nats`, `*.e2e-spec.ts` and `*.spec.ts` need Node alone. `*.load-spec.ts` also needs Node
 * alone, and minutes of the whole machine. `*.registry-spec.ts` installs packages, so npm must reach its registry.
 * `*.images-spec.ts` builds images, so it also needs root, that registry and a mirror of Debian.
 */
export const PROGRAMS = {
  browser: { chromium: 'chromium' },
  nats: { 'nats-server': 'nats-server', openssl: 'openssl' },
  haproxy: { haproxy: 'haproxy' },
  prometheus: { promtool: 'prometheus' },
  // by its path, since another Python's could come first
  python: {
    '/usr/bin/jsonschema': 'python3-jsonschema',
    '/usr/lib/python3/dist-packages/websockets': 'python3-websockets',
  },
  images: { buildah: 'buildah', debootstrap: 'debootstrap' },
  load: {},
  registry: {},
};

// Debian installs servers where only the PATH of root leads
const FOLDERS = [...(process.env.PATH ?? '').split(delimiter), '/usr/sbin'];

/** The Debian packages of those programs that are not installed, of one kind of specs or of all. */
export function missingPackages(kinds = Object.keys(PROGRAMS)) {
  return kinds
    .flatMap((kind) => Object.entries(PROGRAMS[kind]))
    .filter(([program]) => !FOLDERS.some((folder) => existsSync(resolve(folder, program))))
    .map(([, name]) => name);
}

/** Whether npm reaches its registry. */
export function isRegistryReachable() {
  return spawnSync('npm', ['ping', '--fetch-retries=0', '--fetch-timeout=10000'], { stdio: 'ignore' }).status === 0;
}
