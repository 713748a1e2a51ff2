import { CAPTURE_PATHS } from '@a3cp/capture-protocol';
import { terminateClients } from '@a3cp/testing';
import { afterEach, beforeEach, expect, it } from '@jest/globals';
import { GatewayProcess } from './support/gateway-process.js';
import { Platform } from './support/platform.js';
import { quote } from './support/protocol.js';
import { killServices } from './support/service-process.js';
import { SlowCapture } from './support/slow-capture.js';
import { TcpBalancer } from './support/tcp-balancer.js';
import { upgrade } from './support/upgrade.js';

const CAPTURES = 100;

let platform: Platform;

beforeEach(async () => {
  platform = await Platform.start();
});

afterEach(async () => {
  terminateClients();
  await killServices();
  await platform.stop();
});

it(quote('Running captures may finish') + ': a rolling restart under a hundred of them loses none', async () => {
  const { env } = platform;
  const [old, fresh] = await Promise.all([GatewayProcess.start(env), GatewayProcess.start(env)]);
  const balancer = await TcpBalancer.start(old.port);
  let captures: SlowCapture[];
  try {
    const url = `ws://127.0.0.1:${balancer.port}${CAPTURE_PATHS[0]}`;
    // not all in one moment, as caregivers come
    const start = async (kind: string): Promise<SlowCapture[]> => {
      const started: SlowCapture[] = [];
      while (started.length < CAPTURES) {
        const names = Array.from({ length: 10 }, (_, n) => `${kind}-${started.length + n}`);
        started.push(...(await Promise.all(names.map((name) => SlowCapture.start(url, name)))));
      }
      return started;
    };
    const running = await start('before');

    balancer.port_behind = fresh.port;
    old.signal('SIGTERM');
    await old.draining();
    expect(await old.readiness()).toBe(503);
    expect(await upgrade(old)).toMatchObject({ status: 503, headers: { 'retry-after': '5' } });
    expect(await fresh.readiness()).toBe(200);

    // what runs on the old gateway ends while others begin on the fresh one: no capture has to wait for all of them
    const finish = (of: SlowCapture[]) => Promise.all(of.map((capture) => capture.finish()));
    const [meanwhile] = await Promise.all([start('meanwhile'), finish(running)]);
    await finish(meanwhile);
    captures = [...running, ...meanwhile];
    expect(await old.exited).toBe(0);
    expect(await fresh.readiness()).toBe(200);
  } finally {
    await balancer.stop();
  }
  const { opens, frames, ends, lost } = platform.extractor;
  const sent = captures.reduce((sum, { frames_sent }) => sum + frames_sent, 0);
  expect([opens.length, frames.length, ends.length, lost]).toEqual([2 * CAPTURES, sent, 2 * CAPTURES, 0]);
  for (const end of ends) expect(end).toMatchObject({ event: 'capture.close', error_code: null });
  expect(new Set(ends.map(({ capture_id }) => capture_id)).size).toBe(2 * CAPTURES);
});

it(quote('after 27 s they are aborted with `server_shutdown` and closed with 1001'), async () => {
  const gateway = await GatewayProcess.start({ ...platform.env, SHUTDOWN_TIMEOUT_MS: '100' });
  const capture = await SlowCapture.start(gateway.url(), 'c1');
  gateway.signal('SIGTERM');
  expect((await capture.closed).code).toBe(1001);
  expect(capture.messages.at(-1)).toMatchObject({ event: 'capture.abort', error_code: 'server_shutdown' });
  expect(await gateway.exited).toBe(0);
  expect(platform.extractor.ends).toMatchObject([{ error_code: 'server_shutdown' }]);
});

it(quote('A second signal ends it at once.'), async () => {
  const gateway = await GatewayProcess.start(platform.env);
  const capture = await SlowCapture.start(gateway.url(), 'c1');
  const lost = platform.extractor.next('lost');
  gateway.signal('SIGTERM');
  await gateway.draining();
  // a signal that arrives twice in a moment is one; this is somebody who insists
  while ((await gateway.readiness()) !== 0) gateway.signal('SIGTERM');
  expect(await gateway.exited).toBe(1);
  expect((await capture.closed).code).toBe(1006);
  await lost;
});

it('with nothing to finish it exits at once', async () => {
  const gateway = await GatewayProcess.start(platform.env);
  gateway.signal('SIGTERM');
  expect(await gateway.exited).toBe(0);
});
