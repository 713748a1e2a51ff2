import { ScriptedExtractor, terminateClients } from '@a3cp/testing';
import { afterEach, expect, it } from '@jest/globals';
import { ExtractorProcess } from './support/extractor-process.js';
import { GatewayProcess } from './support/gateway-process.js';
import { NatsBus, stopBuses } from './support/nats-bus.js';
import { NatsServer, stopNatsServers } from './support/nats-server.js';
import { Platform } from './support/platform.js';
import { quote } from './support/protocol.js';
import { killServices } from './support/service-process.js';
import { SlowCapture } from './support/slow-capture.js';
import { frame, OPEN } from './support/stream-messages.js';

/** A frame of 300,000 bytes and the longest headers. */
const ENOUGH = 310_240;

/** What the gateway says of a server that is limited to 64 KB. */
const FAULT = `the server's max_payload is 65536 bytes; set it to at least ${ENOUGH}`;

let platform: Platform | undefined;

afterEach(async () => {
  terminateClients();
  await Promise.all([killServices(), stopBuses()]);
  await stopNatsServers();
  await platform?.stop();
  platform = undefined;
});

async function gatewayAt(server: NatsServer, env: Record<string, string> = {}): Promise<GatewayProcess> {
  platform ??= await Platform.start();
  return GatewayProcess.start({
    ...platform.env,
    LANDMARK_FORWARDER: 'nats',
    NATS_URL: server.url('camera-feed-0'),
    ...env,
  });
}

it(
  quote('A gateway does not start at a server whose `max_payload` is shorter than a frame and its headers'),
  async () => {
    await expect(gatewayAt(await NatsServer.startLimited(65_536))).rejects.toThrow(`NATS_URL: ${FAULT}`);
    await expect(gatewayAt(await NatsServer.startLimited(ENOUGH - 1))).rejects.toThrow(`at least ${ENOUGH}`);
    await gatewayAt(await NatsServer.startLimited(ENOUGH));
  },
);

it('nor where it is shorter than a message of claims; with MAX_FRAME_BYTES it needs no more than these two', async () => {
  const small = { MAX_FRAME_BYTES: '50000' };
  await expect(gatewayAt(await NatsServer.startLimited(65_536), small)).rejects.toThrow('NATS_URL: the server');
  await gatewayAt(await NatsServer.startLimited(200_000), small);
});

it(quote('If the server is restarted so, the readiness of the gateway turns red and says why'), async () => {
  const server = await NatsServer.start();
  const gateway = await gatewayAt(server);
  await ExtractorProcess.startCounting({ LANDMARK_FORWARDER: 'nats', NATS_URL: server.url('landmark-extractor-0') });
  await server.kill();
  await server.startAgain(65_536);
  const readiness = `http://127.0.0.1:${gateway.port}/health/ready`;
  let answer;
  do answer = await fetch(readiness, { headers: { connection: 'close' } }).then((response) => response.text());
  while (!answer.includes(FAULT));
  expect(JSON.parse(answer)).toMatchObject({ status: 'error', error: { nats: { status: 'down', message: FAULT } } });
  expect((await SlowCapture.start(gateway.url(), 'c1')).error_code).toBe('forward_failed');

  await server.kill();
  await server.startAgain();
  await gateway.ready();
  let capture;
  // an extractor finds the server again in its own time
  do capture = await SlowCapture.start(gateway.url(), 'c2');
  while (capture.error_code === 'forward_failed');
  await capture.finish();
});

it('the largest frame of a capture with the longest identifiers goes over a server that takes just that', async () => {
  const longest = (name: string): string => name + '\u{1d11e}'.repeat(255);
  const identity = { capture_id: longest('c'), user_id: longest('u'), session_id: longest('s') };
  const extractor = new ScriptedExtractor();
  const { forwarder } = await NatsBus.at(await NatsServer.startLimited(ENOUGH), extractor);
  const stream = await forwarder.open({ ...OPEN, ...identity }, new AbortController().signal);
  const payload = Buffer.alloc(300_000, 0xff);
  await stream.forward({ ...frame(1), ...identity, payload, byte_length: payload.length });
});
