import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { delimiter, resolve } from 'node:path';
import process from 'node:process';

const BROWSER = { chromium: 'chromium' };
const NATS = { 'nats-server': 'nats-server', openssl: 'openssl' };
const HAPROXY = { haproxy: 'haproxy' };

/**
 * The programs that specs need beside Node, each with its Debian package. The ending of a spec's name says which it needs:
 * `*.nats-spec.ts` needs those of `nats`, `*.e2e-spec.ts` and `*.spec.ts` need Node alone. `*.load-spec.ts` also needs Node
 * alone, and minutes of the whole machine. `*.registry-spec.ts` installs packages, so npm must reach its registry.
 * `*.images-spec.ts` builds images, so it also needs root, that registry and a mirror of Debian.
 */
export const PROGRAMS = {
  browser: BROWSER,
  browsers: { ...BROWSER, 'firefox-esr': 'firefox-esr' },
  webkit: { WebKitWebDriver: 'webkit2gtk-driver', Xvfb: 'xvfb' },
  nats: NATS,
  haproxy: HAPROXY,
  // everything that the profiles of docker-compose.yml run, and the page before it
  site: { ...BROWSER, ...NATS, ...HAPROXY, prometheus: 'prometheus' },
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
  const programs = kinds.flatMap((kind) => Object.entries(PROGRAMS[kind]));
  const missing = programs.filter(([program]) => !FOLDERS.some((folder) => existsSync(resolve(folder, program))));
  // several kinds need one and the same
  return [...new Set(missing.map(([, name]) => name))];
}

/** Whether npm reaches its registry. */
export function isRegistryReachable() {
  return spawnSync('npm', ['ping', '--fetch-retries=0', '--fetch-timeout=10000'], { stdio: 'ignore' }).status === 0;
}
