import { NatsLandmarkForwarder } from '@a3cp/landmark-forwarders/nats';
import { CaptureSocketClient } from '@a3cp/testing';
import type { Msg } from '@nats-io/transport-node';
import { afterEach, expect, it } from '@jest/globals';
import { Gateway } from './support/gateway.js';
import { NatsServer, stopNatsServers } from './support/nats-server.js';
import { quote } from './support/protocol.js';

const TRACEPARENT = '00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01';

const SUBJECT = 'a3cp.lx.v1.w.landmark-extractor-0.w1.camera-feed-0';

let gateway: Gateway;

afterEach(async () => {
  await gateway.stop();
  await stopNatsServers();
});

/** One that takes whatever comes over NATS; of each message its kind and its trace, if it has one. */
async function extractorByHand(server: NatsServer): Promise<[string | undefined, string | undefined][]> {
  const extractor = await server.connect('landmark-extractor-0');
  const heard: [string | undefined, string | undefined][] = [];
  const callback = (_error: Error | null, message: Msg): void => {
    const kind = message.headers?.get('a3cp-kind');
    heard.push([kind, message.headers?.values('traceparent')[0]]);
    const lease = { worker_id: 'w1', subject: SUBJECT, lease: 'l1', idle_ms: 8_000 };
    message.respond(JSON.stringify({ event: `${kind}.ack`, seq: 1, ...lease }));
  };
  extractor.subscribe('a3cp.lx.v1.open.*', { queue: 'extractors', callback });
  extractor.subscribe(SUBJECT, { callback });
  await extractor.flush();
  return heard;
}

it.each([
  [quote('Each message of a traced capture has the header `traceparent` besides') + ' over NATS', TRACEPARENT],
  ['none has, where the capture is not traced', undefined],
])('%s', async (_what, traceparent) => {
  const server = await NatsServer.start();
  const heard = await extractorByHand(server);
  gateway = await Gateway.start(
    {},
    { landmarkForwarder: () => new NatsLandmarkForwarder(server.url('camera-feed-0')) },
  );
  const client = new CaptureSocketClient(gateway.url(), [], traceparent === undefined ? {} : { traceparent });
  await client.opened;
  client.open();
  client.frame(1);
  client.close();
  await client.closed;
  expect(heard).toEqual(['open', 'frame', 'end'].map((kind) => [kind, traceparent]));
});
