import { CAPTURE_PATHS } from '@a3cp/capture-protocol';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { Gateway } from './support/gateway.js';
import { quote } from './support/protocol.js';

let gateway: Gateway;

beforeEach(async () => {
  gateway = await Gateway.start();
});

afterEach(() => gateway.stop());

describe(quote('Connect a WebSocket (RFC 6455) to any of these paths; they behave alike:'), () => {
  it.each(CAPTURE_PATHS.map((path) => quote(path)))('%s', async (path) => {
    const client = await gateway.connect(path);
    client.open();
    client.frame(1);
    client.close();
    expect(await client.closed).toEqual({ code: 1000, reason: 'completed' });
    expect(client.messages).toEqual([]);
    expect(gateway.extractor.stream.frames).toHaveLength(1);
  });

  it('and to no other', async () => {
    await expect(gateway.connect('/camera_feed_worker')).rejects.toThrow();
  });
});

it(quote('no other subprotocol is selected'), async () => {
  // a client that offers one ends the connection itself when none is selected, as RFC 6455 has it
  await expect(gateway.connect(CAPTURE_PATHS[0], ['chat'])).rejects.toThrow('Server sent no subprotocol');
});

it(quote('Compression is not negotiated: JPEG does not shrink.'), async () => {
  const client = await gateway.connect();
  expect(client.socket.extensions).toBe('');
});

it(quote('A connection carries exactly one capture.'), async () => {
  const client = await gateway.capturing();
  client.close();
  client.open({ capture_id: 'c2' });
  expect((await client.closed).code).toBe(1000);
  expect(gateway.extractor.streams).toHaveLength(1);
});
