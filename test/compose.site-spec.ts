import { afterEach, beforeEach, expect, it } from '@jest/globals';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parse } from 'yaml';
import { Balancer } from './support/balancer.js';
import { dockerTarget } from './support/dockerfile.js';
import { runIn } from './support/installed-program.js';
import { NatsServer, type NatsUser, stopNatsServers } from './support/nats-server.js';
import { Prometheus } from './support/prometheus.js';
import { killServices, ServiceProcess } from './support/service-process.js';

const ROOT = fileURLToPath(new URL('../', import.meta.url));

interface Service {
  readonly build: { readonly target: string };
  readonly command: readonly string[];
  readonly environment?: Readonly<Record<string, string>>;
  readonly secrets: readonly [{ readonly source: string }];
}

const { services, secrets } = parse(readFileSync(join(ROOT, 'docker-compose.yml'), 'utf8'), { merge: true }) as {
  services: Record<string, Service>;
  secrets: Record<string, { readonly file: string }>;
};

let folder: string;
let nats: NatsServer;
let balancer: Balancer | undefined;
let prometheus: Prometheus | undefined;

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'compose-'));
  nats = await NatsServer.start();
});

afterEach(async () => {
  await prometheus?.stop();
  await balancer?.stop();
  await killServices();
  await stopNatsServers();
  rmSync(folder, { recursive: true });
});

/** A service of docker-compose.yml as a process: its command, its variables and its secret, at a port of this machine. */
class ComposeService extends ServiceProcess {
  /** @param hosts what each address of the file is here */
  static start(name: string, hosts: Readonly<Record<string, string>> = {}): Promise<ComposeService> {
    const { build, command, environment, secrets: own } = services[name] as Service;
    const user = secrets[own[0].source]?.file.split('/').at(-1) as NatsUser;
    const secret = join(folder, name);
    writeFileSync(secret, `NATS_URL=${nats.url(user)}\n`);
    const variables = { ...dockerTarget(build.target).environment, ...environment };
    const here = Object.entries(variables).map(([variable, value]) => [variable, hosts[value] ?? value]);
    return new ComposeService(
      command.map((word) => word.replace('/run/secrets/nats', secret)),
      { ...(Object.fromEntries(here) as Record<string, string>), HOST: '127.0.0.1', PORT: '0' },
    ).listening();
  }
}

it('the profiles scale and observability: a capture passes the balancer, NATS and an extractor, and Prometheus counts it', async () => {
  const [sessions] = await Promise.all(
    ['session-manager-scale', 'capture-registrar', 'landmark-extractor-0', 'landmark-extractor-1'].map((name) =>
      ComposeService.start(name),
    ),
  );
  const session_manager = `http://127.0.0.1:${sessions?.port}`;
  const hosts = { 'http://session-manager-scale:3001': session_manager };
  const gateways = await Promise.all(
    ['camera-feed-0', 'camera-feed-1'].map((name) => ComposeService.start(name, hosts)),
  );
  const ports = gateways.map(({ port }) => port);
  balancer = await Balancer.start(ports);
  prometheus = await Prometheus.start(ports);

  const url = `ws://127.0.0.1:${balancer.port}/camera_feed_worker/capture`;
  const cli = ['apps/capture-cli/dist/main.js', '--url', url, '--session-manager', session_manager];
  for (let capture = 0; capture < 2; capture++) {
    const said = await runIn(ROOT, process.execPath, ...cli, '--file', 'assets/sample-capture.mjpeg');
    expect(said).toMatch(/^completed: 75 frames/);
  }

  while ((await prometheus.value('sum(a3cp_camera_feed_captures_total{outcome="completed"})')) !== 2) continue;
  expect(await prometheus.value('sum(up{job="camera-feed"})')).toBe(2);
  const rules = parse(readFileSync(join(ROOT, 'deploy/prometheus/alerts.yml'), 'utf8')) as {
    groups: { rules: { alert: string }[] }[];
  };
  const quiet = rules.groups.flatMap((group) => group.rules.map(({ alert: name }) => ({ name, health: 'ok' })));
  const evaluated = async () => (await prometheus?.alerts()) ?? [];
  while ((await evaluated()).some(({ health }) => health === 'unknown')) continue;
  expect(await evaluated()).toMatchObject(quiet);
  expect((await evaluated()).filter(({ state }) => state === 'firing')).toEqual([]);

  // one gateway dies: Prometheus notices, and captures go on at the other one
  gateways[0]?.signal('SIGKILL');
  await gateways[0]?.exited;
  const down = async () => (await evaluated()).find(({ name }) => name === 'CameraFeedDown')?.state;
  while ((await down()) === 'inactive') continue;
  expect(await down()).toBe('pending');
  const said = await runIn(ROOT, process.execPath, ...cli, '--file', 'assets/sample-capture.mjpeg');
  expect(said).toMatch(/^completed: 75 frames/);
});
