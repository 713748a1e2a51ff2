import { afterEach, beforeEach, expect, it } from '@jest/globals';
import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { type AddressInfo, createServer } from 'node:net';
import { fileURLToPath } from 'node:url';
import { CaptureSocketClient, terminateClients } from './support/capture-socket-client.js';
import { GatewayProcess } from './support/gateway-process.js';
import { Platform } from './support/platform.js';
import { killServices } from './support/service-process.js';
import { COMPLETED, completed } from './support/verdict.js';

/** Debian puts it where only root looks. */
const HAPROXY = existsSync('/usr/sbin/haproxy') ? '/usr/sbin/haproxy' : 'haproxy';

const CONFIGURATION = fileURLToPath(new URL('../deploy/haproxy/haproxy.cfg', import.meta.url));

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

beforeEach(async () => {
  platform = await Platform.start();
  gateway = await GatewayProcess.start({
    ...platform.env,
    TRUSTED_PROXY_HOPS: '1',
    MAX_CONNECTIONS_PER_ADDRESS: '1',
  });
  port = await freePort();
  balancer = spawn(HAPROXY, ['-db', '-f', CONFIGURATION], {
    env: { PATH: process.env['PATH'], PORT: String(port), GATEWAYS: `localhost:${gateway.port}` },
    stdio: 'ignore',
  });
  await once(balancer, 'spawn');
  while (balancer.exitCode === null && (await status('/')) === 0) continue;
  expect(balancer.exitCode).toBeNull();
});

afterEach(async () => {
  terminateClients();
  balancer.kill('SIGKILL');
  await killServices();
  await platform.stop();
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

it('the balancer speaks TLS where it is given a certificate', () => {
  const checked = spawnSync(HAPROXY, ['-c', '-f', CONFIGURATION], {
    env: { PATH: process.env['PATH'], GATEWAYS: 'localhost:1', TLS_CERTIFICATE: '/no/such/certificate.pem' },
    encoding: 'utf8',
  });
  expect(checked.status).toBe(1);
  expect(checked.stderr).toContain("unable to stat SSL certificate from file '/no/such/certificate.pem'");
});
