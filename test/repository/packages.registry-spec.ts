import type { CaptureResult } from '@a3cp/capture-client';
import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { copyFile, cp, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { InstalledProgram, runIn } from '../support/installed-program.js';
import { sampleFrames } from '../support/sample-frames.js';
import { killServices } from '../support/service-process.js';

const ROOT = fileURLToPath(new URL('../../', import.meta.url));

/** The linters of packages, installed beside the packages. */
const LINTERS = ['publint@0.3.25', '@arethetypeswrong/cli@0.18.5'];

interface Manifest {
  readonly name: string;
  /** Where the package is in the repository; not in the file. */
  readonly folder: string;
  readonly private?: boolean;
  readonly dependencies?: Readonly<Record<string, string>>;
}

const manifests = new Map(
  ['libs', 'apps']
    .flatMap((parent) => readdirSync(join(ROOT, parent)).map((name) => join(ROOT, parent, name)))
    .map((folder): Manifest => ({
      ...(JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8')) as Manifest),
      folder,
    }))
    .filter((manifest) => !manifest.private)
    .map((manifest) => [manifest.name, manifest]),
);

let home: string;

beforeAll(async () => {
  home = await mkdtemp(join(tmpdir(), 'a3cp-packages-'));
  await runIn(ROOT, 'node', 'tools/packages.mjs', join(home, 'packages'));
  const [picture] = await sampleFrames();
  await writeFile(join(home, 'picture.jpg'), picture ?? '');
});

afterEach(killServices);

afterAll(() => rm(home, { recursive: true }));

/** The tarballs of these packages, and of those that they depend on. */
function tarballs(...names: readonly string[]): string[] {
  const wanted = new Set(names);
  for (const name of wanted) {
    for (const dependency of Object.keys(manifests.get(name)?.dependencies ?? {})) {
      if (manifests.has(dependency)) wanted.add(dependency);
    }
  }
  return [...wanted].map((name) => join(home, 'packages', `${name.slice(1).replace('/', '-')}-0.1.0.tgz`));
}

/** Copies a project out of the repository, and installs what it needs there. */
async function install(project: string, ...packages: readonly string[]): Promise<string> {
  const folder = join(home, project.split('/').at(-1) ?? '');
  await cp(join(ROOT, project), folder, {
    recursive: true,
    filter: (path) => !/\/(node_modules|dist)$/.test(path),
  });
  await runIn(folder, 'npm', 'install', '--prefer-offline', '--no-audit', '--no-fund', ...packages);
  return folder;
}

describe('a plain Node.js client', () => {
  let client: string;
  let compiled: Promise<string>;

  beforeAll(async () => {
    client = await install('test/packages/client', ...tarballs('@a3cp/capture-client', '@a3cp/capture-cli'));
    compiled = runIn(client, 'npx', 'tsc');
    await compiled.catch(() => undefined);
  });

  /** Makes a capture by the client; resolves with its result. */
  async function capture(origin: string, user_id: string, session_id: string, ticket = ''): Promise<CaptureResult> {
    const url = `ws://${origin}/camera_feed_worker/capture`;
    const args = ['dist/client.js', url, user_id, session_id, ticket, join(home, 'picture.jpg')];
    return JSON.parse(await runIn(client, 'node', ...args)) as CaptureResult;
  }

  it('compiles against the types without those of the DOM', async () => {
    expect(await compiled).toBe('');
  });

  it('has the command a3cp-capture', async () => {
    expect(await runIn(client, 'npx', 'a3cp-capture', '--help')).toContain('Usage: a3cp-capture');
  });

  describe('of examples/platform, which is Nest 12 and ES modules,', () => {
    let platform: string;

    beforeAll(async () => {
      const packages = tarballs(
        '@a3cp/camera-feed',
        '@a3cp/landmark-forwarders',
        '@a3cp/capture-client',
        '@a3cp/testing',
      );
      platform = await install('examples/platform', ...packages, '@nestjs/platform-fastify@^12.0.0');
      await copyFile(join(ROOT, 'test/packages/fastify.mjs'), join(platform, 'fastify.mjs'));
    });

    it('makes a capture on Express, in the tests of the platform itself', async () => {
      expect(await runIn(platform, 'npm', 'test')).toMatch(/^# fail 0$|^ℹ fail 0$/m);
    });

    it('makes a capture on Fastify', async () => {
      const { origin } = await InstalledProgram.start(join(platform, 'fastify.mjs'));
      const post = async (path: string, body: object): Promise<Record<string, string>> => {
        const headers = { 'content-type': 'application/json' };
        const answer = await fetch(`http://${origin}${path}`, { method: 'POST', headers, body: JSON.stringify(body) });
        return (await answer.json()) as Record<string, string>;
      };
      const { session_id = '' } = await post('/sessions', { user_id: 'alex' });
      const { ticket } = await post(`/sessions/${session_id}/tickets`, { user_id: 'alex' });
      expect(await capture(origin, 'alex', session_id, ticket)).toMatchObject({ kind: 'completed', frames: 15 });

      const statusOf = async (method: string, path: string): Promise<number> =>
        (await fetch(`http://${origin}/camera_feed_worker/${path}`, { method })).status;
      expect(await statusOf('GET', 'capture')).toBe(426);
      expect(await statusOf('POST', 'sessions.closed')).toBe(401);
    });

    it('brings neither a NATS client nor terminus', () => {
      const installed = (name: string): boolean => existsSync(join(platform, 'node_modules', name));
      expect(installed('@a3cp/camera-feed')).toBe(true);
      expect(['@nats-io', '@nestjs/terminus'].filter(installed)).toEqual([]);
    });
  });

  it('makes a capture through Nest 11, CommonJS, built by `nest build --webpack`', async () => {
    const packages = tarballs('@a3cp/camera-feed', '@a3cp/landmark-forwarders');
    const platform = await install('test/packages/nest-11', ...packages, '@nestjs/terminus@^11.1.1');
    await runIn(platform, 'npx', 'tsc', '--noEmit');
    await runIn(platform, 'npx', 'nest', 'build', '--webpack');
    const { origin } = await InstalledProgram.start(join(platform, 'dist/main.js'));
    expect(await capture(origin, 'alex', 's1')).toMatchObject({ kind: 'completed', frames: 15 });
    for (const path of ['/docs/', '/health/live', '/health/ready']) {
      expect([path, (await fetch(`http://${origin}${path}`)).status]).toEqual([path, 200]);
    }
  });
});

describe('each package', () => {
  let linters: string;

  beforeAll(async () => {
    linters = join(home, 'linters');
    await mkdir(linters);
    await runIn(linters, 'npm', 'install', '--prefer-offline', '--no-audit', '--no-fund', ...LINTERS);
  });

  it.each([...manifests.keys()])('%s has neither a fault for publint nor for are-the-types-wrong', async (name) => {
    const [tarball = ''] = tarballs(name);
    expect(await runIn(linters, 'npx', 'publint', '--strict', tarball)).toContain('All good!');
    // CommonJS loads ES modules by `require` since Node.js 20.19
    await runIn(linters, 'npx', 'attw', '--ignore-rules', 'cjs-resolves-to-esm', '--', tarball);
  });

  it.each([...manifests.values()])(
    '$name has what its sources are built to, its licence and its page, and no more',
    async ({ name, folder }) => {
      const [tarball = ''] = tarballs(name);
      const files = (await runIn(home, 'tar', '-tzf', tarball)).trim().split('\n');
      for (const file of ['package.json', 'README.md', 'LICENSE', 'NOTICE', 'dist/index.js', 'dist/index.d.ts']) {
        expect(files).toContain(`package/${file}`);
      }
      const others = files.filter((file) => {
        const [, source] = /^package\/dist\/(.*?)(\.d\.ts|\.js|\.js\.map)$/.exec(file) ?? [];
        if (source !== undefined) return source.endsWith('.spec') || !existsSync(join(folder, 'src', `${source}.ts`));
        return !/^package\/(contract\/.*|[^/]+)$/.test(file);
      });
      expect(others).toEqual([]);
    },
  );
});
