import { afterEach, beforeEach, expect, it } from '@jest/globals';
import { setImmediate } from 'node:timers/promises';
import { Gateway } from './support/gateway.js';
import { quote } from './support/protocol.js';

let gateway: Gateway;

beforeEach(async () => {
  gateway = await Gateway.start();
});

afterEach(() => gateway.stop());

it(quote('Connections without a capture are closed with 1001.'), async () => {
  const client = await gateway.connect();
  const stopped = gateway.stopping();
  expect(await client.closed).toEqual({ code: 1001, reason: 'server_shutdown: the server is shutting down' });
  expect(client.messages).toEqual([]);
  await stopped;
});

it(quote('new connections are refused with HTTP 503'), async () => {
  await gateway.capturing();
  void gateway.stopping();
  expect(await gateway.refusal()).toBe('Unexpected server response: 503');
});

it(quote('Running captures may finish'), async () => {
  const client = await gateway.capturing();
  const stopped = gateway.stopping();
  await gateway.refusal();
  client.frame(1);
  client.close();
  expect(await client.closed).toEqual({ code: 1000, reason: 'completed' });
  await stopped;
  expect(gateway.extractor.stream.ends).toMatchObject([{ event: 'capture.close', frame_count: 1 }]);
});

it('a capture whose session is being asked for when the server is stopped may still open and finish', async () => {
  gateway.sessions.answers = 'when told';
  const client = await gateway.connect();
  const asked = gateway.sessions.next();
  client.open();
  client.frame(1);
  client.close();
  await asked;
  const stopped = gateway.stopping();
  await gateway.refusal();
  gateway.sessions.answer('active');
  expect((await client.closed).code).toBe(1000);
  await stopped;
});

it(quote('Every capture that the extractor knows of gets its end.'), async () => {
  gateway.extractor.answers = 'when told';
  const client = await gateway.capturing();
  const arrived = gateway.extractor.next('frame');
  client.frame(1);
  await arrived;
  const stopped = gateway.stopping();
  await gateway.refusal();
  const ended = gateway.extractor.next('end');
  client.socket.terminate();
  gateway.extractor.stream.acknowledge();
  await ended;
  gateway.extractor.stream.acknowledge();
  await stopped;
  expect(gateway.extractor.stream.ends).toMatchObject([
    { event: 'capture.abort', error_code: 'client_disconnected', frame_count: 1 },
  ]);
});

it('leaves no socket behind', async () => {
  await gateway.capturing();
  await gateway.connect();
  await gateway.stop();
  // a handle that was closed takes a turn or two to go; one that is left stays until this test is given up
  while (process.getActiveResourcesInfo().some((resource) => resource.startsWith('TCP'))) await setImmediate();
});
