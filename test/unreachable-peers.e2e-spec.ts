import { CaptureSocketClient, terminateClients } from '@a3cp/testing';
import { afterEach, beforeEach, expect, it } from '@jest/globals';
import { GatewayProcess } from './support/gateway-process.js';
import { Platform } from './support/platform.js';
import { killServices } from './support/service-process.js';
import { type Verdict, verdictOf } from './support/verdict.js';

let platform: Platform;
let gateway: GatewayProcess;

beforeEach(async () => {
  platform = await Platform.start();
  gateway = await GatewayProcess.start(platform.env);
});

afterEach(async () => {
  terminateClients();
  await killServices();
  await platform.stop();
});

async function capture(capture_id: string): Promise<Verdict['word']> {
  const client = await CaptureSocketClient.connect(gateway.url());
  client.open({ capture_id });
  client.close({ capture_id });
  return (await verdictOf(client)).word;
}

/** The status of readiness, and what its details say of a peer. */
async function readiness(peer: 'landmark_extractor' | 'session_manager'): Promise<unknown[]> {
  const response = await fetch(`http://127.0.0.1:${gateway.port}/health/ready`, { headers: { connection: 'close' } });
  const { status, details } = (await response.json()) as { status: string; details: Record<string, unknown> };
  return [response.status, status, details[peer]];
}

function logged(about: string): (string | undefined)[][] {
  const lines = gateway.log.map((line) => JSON.parse(line) as Record<string, string>);
  return lines.filter(({ message }) => message?.includes(about)).map(({ level, message }) => [level, message]);
}

it('the gateway says once that session_manager cannot be reached, and once that it can', async () => {
  expect(await capture('c1')).toBe('completed');
  expect(await readiness('session_manager')).toEqual([200, 'ok', { status: 'up' }]);
  await platform.stop();
  for (const capture_id of ['c2', 'c3']) expect(await capture(capture_id)).toBe('session_unavailable');
  const fault = 'session_manager cannot be reached (ECONNREFUSED): captures end as session_unavailable';
  expect(await readiness('session_manager')).toEqual([200, 'ok', { status: 'down', message: fault }]);
  platform = await platform.startAgain();
  expect(await capture('c4')).toBe('completed');
  expect(await readiness('session_manager')).toEqual([200, 'ok', { status: 'up' }]);
  expect(logged('session_manager')).toEqual([
    ['warn', fault],
    ['log', 'session_manager can be reached again'],
  ]);
});

it.each([
  ['that is not there', () => 'ws://127.0.0.1:1/', 'ECONNREFUSED'],
  ['that answers no WebSocket', () => platform.env['SESSION_MANAGER_URL']?.replace('http', 'ws') ?? '', 'HTTP 200'],
])('and of an extractor %s, why', async (_what, url, why) => {
  gateway = await GatewayProcess.start({ ...platform.env, LANDMARK_EXTRACTOR_URL: url() });
  for (const capture_id of ['c1', 'c2']) expect(await capture(capture_id)).toBe('forward_failed');
  const fault = `The landmark extractor cannot be reached (${why}): captures end as forward_failed`;
  expect(await readiness('landmark_extractor')).toEqual([200, 'ok', { status: 'down', message: fault }]);
  expect(logged('extractor')).toEqual([['warn', fault]]);
});
