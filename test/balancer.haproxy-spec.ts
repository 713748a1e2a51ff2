import { CaptureSocketClient, terminateClients } from '@a3cp/testing';
import { afterEach, beforeEach, expect, it } from '@jest/globals';
import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { type AddressInfo, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { GatewayProcess } from './support/gateway-process.js';
import { Platform } from './support/platform.js';
import { killServices } from './support/service-process.js';
import { COMPLETED, completed, verdictOf } from './support/verdict.js';

/** Debian puts it where only root looks. */
const HAPROXY = existsSync('/usr/sbin/haproxy') ? '/usr/sbin/haproxy' : 'haproxy';

const CONFIGURATION = fileURLToPath(new URL('../deploy/haproxy/haproxy.cfg', import.meta.url));

let folder: string;
let platform: Platform;
let gateway: GatewayProcess;
let balancer: ChildProcess;
let port: number;

/** A port that nobody listens at: HAProxy does not say which one it was given. */
async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port: free } = server.address() as AddressInfo;
  server.close();
  await once(server, 'close');
  return free;
}

/** Status of a request through the balancer; 0 as long as nobody listens. */
function status(path: string): Promise<number> {
  return fetch(`http://127.0.0.1:${port}${path}`, { headers: { connection: 'close' } }).then(
    (answer) => answer.status,
    () => 0,
  );
}

async function balance(configuration: string): Promise<void> {
  balancer = spawn(HAPROXY, ['-db', '-f', configuration], {
    env: { PATH: process.env['PATH'], PORT: String(port), GATEWAYS: `localhost:${gateway.port}` },
    stdio: 'ignore',
  });
  await once(balancer, 'spawn');
  while (balancer.exitCode === null && (await status('/')) === 0) continue;
  expect(balancer.exitCode).toBeNull();
}

/** The configuration as it is shipped, but for the gateways, which it learns from a name with an address for each. */
async function configurationFor(...gateways: GatewayProcess[]): Promise<string> {
  const servers = gateways.map((each, n) => `  server gateway-${n} 127.0.0.1:${each.port}`).join('\n');
  const shipped = await readFile(CONFIGURATION, 'utf8');
  expect(shipped).toMatch(/^ {2}server-template .*$/m);
  const file = join(folder, 'haproxy.cfg');
  await writeFile(file, shipped.replace(/^ {2}server-template .*$/m, servers));
  return file;
}

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'balancer-'));
  platform = await Platform.start();
  gateway = await GatewayProcess.start({
    ...platform.env,
    TRUSTED_PROXY_HOPS: '1',
    MAX_CONNECTIONS_PER_ADDRESS: '1',
  });
  port = await freePort();
  await balance(CONFIGURATION);
});

afterEach(async () => {
  terminateClients();
  balancer.kill('SIGKILL');
  await killServices();
  await platform.stop();
  await rm(folder, { recursive: true });
});

it('a capture goes through the balancer as it is shipped, and nothing but captures does', async () => {
  const url = `ws://127.0.0.1:${port}/camera_feed_worker/capture`;
  const client = await CaptureSocketClient.connect(url);
  client.open();
  client.frame(1);
  // the gateway counts its client's own address, whatever another claims to be
  const second = new CaptureSocketClient(url, [], { 'X-Forwarded-For': '203.0.113.7' });
  await expect(second.opened).rejects.toThrow('503');
  expect(await completed(client)).toEqual(COMPLETED);

  expect(await status('/camera_feed_worker/capture')).toBe(426);
  for (const path of ['/metrics', '/docs', '/health/ready', '/camera_feed_worker/sessions.closed', '/']) {
    expect([path, await status(path)]).toEqual([path, 404]);
  }
});

it('a gateway that hangs costs no capture: the balancer gives each to the other one', async () => {
  const hanging = await GatewayProcess.start(platform.env);
  const other = await GatewayProcess.start(platform.env);
  balancer.kill('SIGKILL');
  await once(balancer, 'exit');
  await balance(await configurationFor(hanging, other));
  hanging.signal('SIGSTOP');
  try {
    const captures = Array.from({ length: 6 }, async (_, n) => {
      const capture_id = `capture-${n}`;
      const client = await CaptureSocketClient.connect(`ws://127.0.0.1:${port}/camera_feed_worker/capture`);
      client.open({ capture_id, user_id: `user-${n}` });
      client.frame(1, undefined, { capture_id, user_id: `user-${n}` });
      client.close({ capture_id, user_id: `user-${n}` });
      return verdictOf(client);
    });
    expect(await Promise.all(captures)).toEqual(Array.from(captures, () => COMPLETED));
  } finally {
    hanging.signal('SIGCONT');
  }
});

it('the balancer speaks TLS where it is given a certificate', () => {
  const checked = spawnSync(HAPROXY, ['-c', '-f', CONFIGURATION], {
    env: { PATH: process.env['PATH'], GATEWAYS: 'localhost:1', TLS_CERTIFICATE: '/no/such/certificate.pem' },
    encoding: 'utf8',
  });
  expect(checked.status).toBe(1);
  expect(checked.stderr).toContain("unable to stat SSL certificate from file '/no/such/certificate.pem'");
});
