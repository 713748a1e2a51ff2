import type { FakeStream } from '@a3cp/testing';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { Gateway } from './support/gateway.js';
import { jpegOf } from './support/jpeg.js';
import { quote } from './support/protocol.js';

let gateway: Gateway;

beforeEach(async () => {
  gateway = await Gateway.start();
});

afterEach(() => gateway.stop());

/** Acknowledges frames one by one until `last` has arrived, looking at each step at how many the gateway holds. */
async function acknowledgeUpTo(last: number, stream: FakeStream): Promise<void> {
  while (stream.frames.length < last) {
    const next = gateway.extractor.next('frame');
    stream.acknowledge();
    await next;
  }
  stream.acknowledge();
}

it(quote('So fifteen frames delivered in one clump by a wireless network are fine'), async () => {
  const client = await gateway.connect();
  client.open();
  for (let seq = 1; seq <= 15; seq++) client.frame(seq);
  client.close();
  expect(await client.closed).toEqual({ code: 1000, reason: 'completed' });
  expect(gateway.extractor.stream.frames.map(({ seq }) => seq)).toEqual(Array.from({ length: 15 }, (_, n) => n + 1));
  expect(gateway.extractor.stream.ends).toMatchObject([{ event: 'capture.close', frame_count: 15, last_seq: 15 }]);
});

it('a clump of fifteen of the largest frames reaches an extractor that answers one by one', async () => {
  gateway.extractor.answers = 'when told';
  const client = await gateway.capturing();
  const { stream } = gateway.extractor;
  const first = gateway.extractor.next('frame');
  for (let seq = 1; seq <= 15; seq++) client.frame(seq, jpegOf(300_000));
  client.close();
  await first;
  const ended = gateway.extractor.next('end');
  await acknowledgeUpTo(15, stream);
  await ended;
  stream.acknowledge();
  expect((await client.closed).code).toBe(1000);
  expect(stream.ends).toMatchObject([{ event: 'capture.close', frame_count: 15 }]);
});

describe(quote('It stops reading, so that TCP holds the client back:'), () => {
  it(quote('at the open, while it asks session_manager and the extractor'), async () => {
    gateway.sessions.answers = 'when told';
    gateway.extractor.opens = 'when told';
    const client = await gateway.connect();
    const asked = gateway.sessions.next();
    const paused = gateway.paused();
    client.open();
    client.frame(1);
    await asked;
    await paused;
    const opened = gateway.extractor.next('open');
    gateway.sessions.answer('active');
    await opened;
    expect(gateway.extractor.streams).toEqual([]);
    const resumed = gateway.resumed();
    const arrived = gateway.extractor.next('frame');
    gateway.extractor.acceptOpen();
    await resumed;
    await arrived;
  });

  it(quote('after a capture.frame_meta whose frame has no room in the forward buffer'), async () => {
    gateway.extractor.answers = 'when told';
    const client = await gateway.capturing();
    const { stream } = gateway.extractor;
    const paused = gateway.paused();
    for (const seq of [1, 2, 3, 4]) client.frame(seq);
    await paused;
    expect(stream.frames).toHaveLength(1);
    const resumed = gateway.resumed();
    stream.acknowledge();
    await resumed;
  });

  it(quote('after capture.close.'), async () => {
    gateway.extractor.answers = 'when told';
    const client = await gateway.capturing();
    const paused = gateway.paused();
    client.frame(1);
    client.close();
    await paused;
  });
});

it('a client that is held back cannot make the server hold more than its buffer and what its socket had handed over', async () => {
  gateway.extractor.answers = 'when told';
  const client = await gateway.capturing();
  const paused = gateway.paused();
  for (let seq = 1; seq <= 100; seq++) client.frame(seq, jpegOf(300_000));
  await paused;
  // 30 MB were sent; what did not fit into the sockets' own buffers is still with the client
  expect(client.socket.bufferedAmount).toBeGreaterThan(10_000_000);
});

it(quote('One slow capture never slows another.'), async () => {
  gateway.extractor.answers = 'when told';
  const slow = await gateway.capturing({ capture_id: 'slow' });
  const paused = gateway.paused();
  for (const seq of [1, 2, 3, 4]) slow.frame(seq, jpegOf(), { capture_id: 'slow' });
  await paused;

  gateway.extractor.answers = 'at once';
  const quick = await gateway.capturing({ capture_id: 'quick' });
  for (let seq = 1; seq <= 15; seq++) quick.frame(seq, jpegOf(), { capture_id: 'quick' });
  quick.close({ capture_id: 'quick' });
  expect((await quick.closed).code).toBe(1000);
  expect(slow.messages).toEqual([]);
  expect(gateway.repository.size).toBe(1);
});
