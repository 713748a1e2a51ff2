import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { FrameLandmarksMessage } from '../apps/landmark-extractor/src/landmarks/frame-landmarks.js';
import { runIn } from './support/installed-program.js';
import { sampleFrames } from './support/sample-frames.js';
import { ServiceImages } from './support/service-images.js';
import { killServices } from './support/service-process.js';

const ROOT = fileURLToPath(new URL('../', import.meta.url));

const TARGETS = ['camera-feed', 'session-manager', 'landmark-extractor', 'capture-registrar'] as const;

/** Debian, the packages, the compiler and four images. */
const BUILD_TIMEOUT_MS = 540_000;

/** The most that the gateway adds to its base. */
const GATEWAY_BYTES = 120_000_000;

const images = new ServiceImages();

beforeAll(async () => {
  await images.makeBase();
  for (const target of TARGETS) await images.build(target);
}, BUILD_TIMEOUT_MS);

afterEach(killServices);

afterAll(() => images.remove());

it('a capture goes through the three containers, its landmarks come back, and no service has written a file', async () => {
  const [sessions, extractor] = await Promise.all([
    images.start('session-manager'),
    images.start('landmark-extractor'),
  ]);
  const gateway = await images.start('camera-feed', {
    SESSION_MANAGER_URL: `http://${sessions.origin}`,
    LANDMARK_EXTRACTOR_URL: `ws://${extractor.origin}/landmark_extractor/stream`,
  });

  const to = [
    '--url',
    `ws://${gateway.origin}/camera_feed_worker/capture`,
    '--session-manager',
    `http://${sessions.origin}`,
  ];
  const cli = ['apps/capture-cli/dist/main.js', ...to, '--file', 'assets/sample-capture.mjpeg'];
  const said = await runIn(ROOT, process.execPath, ...cli);
  const [, frames, capture_id] = /^completed: (\d+) frames delivered as capture (\S+)$/m.exec(said) ?? [];
  const { length } = await sampleFrames();
  expect(frames).toBe(String(length));

  const landmarks = `http://${extractor.origin}/landmark_extractor/captures/${capture_id}/landmarks`;
  // the stream ends once every frame is done
  await (await fetch(landmarks)).text();
  const answer = await fetch(`${landmarks}?format=json`);
  const found = (await answer.json()) as { complete: boolean; frames: FrameLandmarksMessage[] };
  expect(found).toMatchObject({ complete: true, frames: { length } });
  for (const { pose, face } of found.frames) expect([pose?.length, face?.length]).toEqual([33, 468]);

  for (const { container, port } of [sessions, extractor, gateway]) {
    const [target = ''] = TARGETS.filter((name) => container.name.startsWith(name));
    const untouched = await images.container(target);
    // whatever a service writes belongs to its user
    expect(await container.find('-user', '1000')).toEqual(await untouched.find('-user', '1000'));
    const { Healthcheck } = await images.configuration(target);
    await container.run(Healthcheck.Test.slice(1), { PORT: String(port) });
  }

  for (const service of [gateway, sessions, extractor]) {
    service.signal('SIGTERM');
    expect(await service.exited).toBe(0);
  }
  const { Healthcheck } = await images.configuration('camera-feed');
  await expect(gateway.container.run(Healthcheck.Test.slice(1), { PORT: String(gateway.port) })).rejects.toThrow(
    'fetch',
  );
});

describe.each(TARGETS)('the image of %s', (target) => {
  it('runs without root, exposes its port and has a health check', async () => {
    const { User, ExposedPorts, Env, Cmd, Healthcheck } = await images.configuration(target);
    const [port] = Env.filter((variable) => variable.startsWith('PORT='));
    expect(Object.keys(ExposedPorts)).toEqual([`${port?.slice('PORT='.length)}/tcp`]);
    expect(User).toBe('node');
    expect(Cmd.join(' ')).toContain(`apps/${target}/`);
    expect(Healthcheck.Test[0]).toBe('CMD');
    const container = await images.container(target);
    expect(await container.run(['sh', '-c', 'id -u; test -w . || echo read-only'])).toBe('1000\nread-only\n');
  });

  it('holds its own service only, with licence and notice, and no sources', async () => {
    const { root, find } = await container();
    for (const file of ['LICENSE', 'NOTICE']) {
      expect(readFileSync(join(root, 'app', file), 'utf8')).toBe(readFileSync(join(ROOT, file), 'utf8'));
    }
    const main = target === 'camera-feed' ? 'service/main.js' : 'main.js';
    expect(await find('-path', './app/apps/*/main.js')).toEqual([`./app/apps/${target}/dist/${main}`]);
    const ours = [
      '(',
      '-path',
      './app/apps/*',
      '-o',
      '-path',
      './app/libs/*',
      ')',
      '-not',
      '-path',
      '*/node_modules/*',
    ];
    expect(await find(...ours, '-name', '*.js')).not.toEqual([]);
    expect(await find(...ours, '(', '-name', '*.ts', '-o', '-name', '*.map', ')')).toEqual([]);
  });

  async function container() {
    const found = await images.container(target);
    return { root: found.root, find: found.find.bind(found) };
  }
});

it('the registrar says what it needs', async () => {
  await expect(images.start('capture-registrar')).rejects.toThrow('NATS_URL');
});

it('the image of the gateway adds at most 120 MB to its base, without models and without a compiler', async () => {
  const [base, gateway, extractor] = await Promise.all([
    images.container(),
    images.container('camera-feed'),
    images.container('landmark-extractor'),
  ]);
  expect((await gateway.size()) - (await base.size())).toBeLessThan(GATEWAY_BYTES);
  const models = [
    '(',
    '-name',
    '*.tflite',
    '-o',
    '-name',
    '*.binarypb',
    '-o',
    '-path',
    '*/@mediapipe/*',
    ')',
    '-type',
    'f',
  ];
  expect(await extractor.find(...models)).not.toEqual([]);
  expect(await gateway.find(...models)).toEqual([]);
  const compiler = 'node_modules/typescript/package.json';
  expect(existsSync(join(ROOT, compiler))).toBe(true);
  for (const container of [gateway, extractor]) expect(existsSync(join(container.root, 'app', compiler))).toBe(false);
});
