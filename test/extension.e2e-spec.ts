import { CAPTURE_PATHS, CAPTURE_SUBPROTOCOL, type CaptureServerMessage } from '@a3cp/capture-protocol';
import { type CaptureSocketClient, closeMessage, openMessage } from '@a3cp/testing';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { Gateway } from './support/gateway.js';
import { jpegOf } from './support/jpeg.js';
import { quote } from './support/protocol.js';

let gateway: Gateway;

beforeEach(async () => {
  gateway = await Gateway.start();
});

afterEach(() => gateway.stop());

function connect(): Promise<CaptureSocketClient> {
  return gateway.connect(CAPTURE_PATHS[0], [CAPTURE_SUBPROTOCOL]);
}

function events(client: CaptureSocketClient): CaptureServerMessage['event'][] {
  return client.messages.map(({ event }) => event);
}

/** Sends a frame and waits until the extractor has it. */
async function deliver(client: CaptureSocketClient, seq: number): Promise<void> {
  const arrived = gateway.extractor.next('frame');
  client.frame(seq);
  await arrived;
}

it(quote('the server selects it'), async () => {
  expect((await connect()).socket.protocol).toBe('a3cp.capture.v1');
  const among_others = await gateway.connect(CAPTURE_PATHS[0], ['chat', CAPTURE_SUBPROTOCOL]);
  expect(among_others.socket.protocol).toBe('a3cp.capture.v1');
});

it(quote('15. **A client of the extension.**'), async () => {
  const client = await connect();
  const open = openMessage({ modality: 'image' });
  const close = closeMessage();
  client.text(open);
  client.frame(1, jpegOf(1_000));
  await client.heard('capture.ack');
  client.frame(2, jpegOf(2_000));
  client.text(close);
  expect(await client.closed).toEqual({ code: 1000, reason: 'completed' });
  const identity = { user_id: 'u1', session_id: 's1', capture_id: 'c1', schema_version: '1.0.1', modality: 'image' };
  const ours = { source: 'camera_feed_worker', performer_id: null, timestamp: gateway.clock.date().toISOString() };
  expect(client.messages).toEqual([
    {
      event: 'capture.opened',
      ...identity,
      ...ours,
      record_id: open.record_id,
      limits: {
        max_fps: 15,
        max_width: 640,
        max_height: 480,
        max_pixels: 307_200,
        max_duration_ms: 15_000,
        max_frames: 225,
        max_frame_bytes: 300_000,
        max_total_bytes: 50_000_000,
      },
      deadline_ms: 25_000,
    },
    { event: 'capture.ack', ...identity, ...ours, record_id: open.record_id, seq: 1 },
    {
      event: 'capture.closed',
      ...identity,
      ...ours,
      record_id: close.record_id,
      frame_count: 2,
      byte_count: 3_000,
    },
  ]);
});

it(quote('16. **A failure with the extension.**'), async () => {
  const client = await connect();
  client.open({ fps_target: 30 });
  expect((await client.closed).code).toBe(1000);
  expect(events(client)).toEqual(['capture.abort']);
});

it(quote('Other clients never receive them.'), async () => {
  const client = await gateway.connect();
  client.open();
  client.frame(1);
  client.close();
  expect((await client.closed).code).toBe(1000);
  expect(client.messages).toEqual([]);
});

describe('capture.ack', () => {
  function acked(client: CaptureSocketClient): number[] {
    return client.messages.flatMap((message) => (message.event === 'capture.ack' ? [message.seq] : []));
  }

  it(quote('It is sent at most every 250 ms, once for each `seq`'), async () => {
    const client = await connect();
    client.open();
    await deliver(client, 1);
    await client.heard('capture.ack');
    await deliver(client, 2);
    await deliver(client, 3);
    gateway.clock.advance(200);
    await deliver(client, 4);
    expect(acked(client)).toEqual([1]);
    gateway.clock.advance(50);
    await client.heard('capture.ack', 2);
    expect(acked(client)).toEqual([1, 4]);
    gateway.clock.advance(1_000);
    client.close();
    await client.closed;
    expect(acked(client)).toEqual([1, 4]);
  });

  it(quote("at most 300 ms after the extractor's last acknowledgement."), async () => {
    const client = await connect();
    client.open();
    await deliver(client, 1);
    await client.heard('capture.ack');
    await deliver(client, 2);
    gateway.clock.advance(300);
    await client.heard('capture.ack', 2);
    expect(acked(client)).toEqual([1, 2]);
  });

  it('counts what the extractor acknowledged, not what was sent', async () => {
    gateway.extractor.answers = 'when told';
    const client = await connect();
    client.open();
    await client.heard('capture.opened');
    await deliver(client, 1);
    client.frame(2);
    gateway.clock.advance(250);
    const next = gateway.extractor.next('frame');
    gateway.extractor.stream.acknowledge();
    await next;
    await client.heard('capture.ack');
    expect(acked(client)).toEqual([1]);
  });
});

it('a capture that fails after its frames arrived gets no receipt', async () => {
  const client = await connect();
  client.open();
  await deliver(client, 1);
  gateway.extractor.stream.break();
  expect((await client.closed).code).toBe(1000);
  expect(events(client).at(-1)).toBe('capture.abort');
  expect(events(client)).not.toContain('capture.closed');
});
