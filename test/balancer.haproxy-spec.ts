import { CaptureSocketClient, terminateClients } from '@a3cp/testing';
import { afterEach, beforeEach, expect, it } from '@jest/globals';
import { spawnSync } from 'node:child_process';
import { Balancer, HAPROXY, HAPROXY_CONFIGURATION } from './support/balancer.js';
import { GatewayProcess } from './support/gateway-process.js';
import { Platform } from './support/platform.js';
import { killServices } from './support/service-process.js';
import { COMPLETED, completed, verdictOf } from './support/verdict.js';

let platform: Platform;
let gateway: GatewayProcess;
let balancer: Balancer;

/** Status of a request through the balancer. */
async function status(path: string): Promise<number> {
  const { status: answered } = await fetch(`http://127.0.0.1:${balancer.port}${path}`, {
    headers: { connection: 'close' },
  });
  return answered;
}

beforeEach(async () => {
  platform = await Platform.start();
  gateway = await GatewayProcess.start({
    ...platform.env,
    TRUSTED_PROXY_HOPS: '1',
    MAX_CONNECTIONS_PER_ADDRESS: '1',
  });
  balancer = await Balancer.start([gateway.port]);
});

afterEach(async () => {
  terminateClients();
  await balancer.stop();
  await killServices();
  await platform.stop();
});

it('a capture goes through the balancer as it is shipped, and nothing but captures does', async () => {
  const url = `ws://127.0.0.1:${balancer.port}/camera_feed_worker/capture`;
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
  await balancer.stop();
  balancer = await Balancer.start([hanging.port, other.port]);
  hanging.signal('SIGSTOP');
  try {
    const captures = Array.from({ length: 6 }, async (_, n) => {
      const capture_id = `capture-${n}`;
      const client = await CaptureSocketClient.connect(`ws://127.0.0.1:${balancer.port}/camera_feed_worker/capture`);
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
  const checked = spawnSync(HAPROXY, ['-c', '-f', HAPROXY_CONFIGURATION], {
    env: { PATH: process.env['PATH'], GATEWAYS: 'localhost:1', TLS_CERTIFICATE: '/no/such/certificate.pem' },
    encoding: 'utf8',
  });
  expect(checked.status).toBe(1);
  expect(checked.stderr).toContain("unable to stat SSL certificate from file '/no/such/certificate.pem'");
});
