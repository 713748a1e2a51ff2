import type { CaptureErrorCode } from '@a3cp/capture-protocol';
import { at, type CaptureSocketClient, closeMessage, metaMessage, openMessage } from '@a3cp/testing';
import { afterEach, beforeEach, expect, it } from '@jest/globals';
import { once } from 'node:events';
import { Gateway } from './support/gateway.js';
import { jpegOf } from './support/jpeg.js';
import { quote } from './support/protocol.js';

let gateway: Gateway;

beforeEach(async () => {
  gateway = await Gateway.start();
});

afterEach(() => gateway.stop());

async function aborted(client: CaptureSocketClient, error_code: CaptureErrorCode, code = 1000): Promise<void> {
  expect((await client.closed).code).toBe(code);
  expect(client.messages).toMatchObject([{ event: 'capture.abort', error_code }]);
}

it(quote('1. **A whole capture.**'), async () => {
  const client = await gateway.connect();
  client.open();
  client.frame(1);
  client.frame(2);
  const close = closeMessage();
  client.text(close);
  expect(await client.closed).toEqual({ code: 1000, reason: 'completed' });
  expect(client.messages).toEqual([]);
  const { stream } = gateway.extractor;
  expect(stream.calls).toEqual(['frame', 'frame', 'end']);
  expect(stream.frames.map(({ seq }) => seq)).toEqual([1, 2]);
  expect(stream.ends).toEqual([
    {
      event: 'capture.close',
      capture_id: 'c1',
      record_id: close.record_id,
      timestamp_end: new Date(close.timestamp_end),
      error_code: null,
      frame_count: 2,
      last_seq: 2,
    },
  ]);
});

it(quote('2. **The client does not wait.**'), async () => {
  gateway.sessions.answers = 'when told';
  const client = await gateway.connect();
  const asked = gateway.sessions.next();
  client.open();
  client.frame(1);
  client.close();
  client.socket.close();
  await asked;
  const ended = gateway.extractor.next('end');
  gateway.sessions.answer('active');
  await ended;
  const { stream } = gateway.extractor;
  expect(stream.frames).toHaveLength(1);
  expect(stream.ends).toMatchObject([{ event: 'capture.close', error_code: null, frame_count: 1 }]);
});

it(quote('3. **A capture of nothing.**'), async () => {
  const client = await gateway.connect();
  client.open();
  client.close();
  expect((await client.closed).code).toBe(1000);
  expect(gateway.extractor.stream.ends).toMatchObject([{ event: 'capture.close', frame_count: 0, last_seq: 0 }]);
});

it(quote('4. **Not JSON.** `hello`: close 1003 `malformed_json`.'), async () => {
  const client = await gateway.connect();
  client.text('hello');
  expect(await client.closed).toEqual({ code: 1003, reason: 'malformed_json: text is not JSON' });
});

it(quote('5. **A frame before the open.** `meta 1`: close 1008 `protocol_violation`.'), async () => {
  const client = await gateway.connect();
  client.text(metaMessage(1, 1_000));
  expect(await client.closed).toEqual({ code: 1008, reason: 'protocol_violation: capture.open must come first' });
});

it(quote('6. **Too fast a camera.**'), async () => {
  const client = await gateway.connect();
  client.open({ fps_target: 30 });
  await aborted(client, 'limit_fps_exceeded');
  expect(gateway.extractor.streams).toEqual([]);
});

it(quote('7. **A lost frame.**'), async () => {
  const client = await gateway.connect();
  client.open();
  client.frame(1);
  const lost = metaMessage(3, 1_000);
  client.text(lost);
  expect(await client.closed).toEqual({ code: 1000, reason: 'protocol_violation: seq 3, expected 2' });
  expect(client.messages).toMatchObject([{ error_code: 'protocol_violation', record_id: lost.record_id }]);
  const { stream } = gateway.extractor;
  expect(stream.frames.map(({ seq }) => seq)).toEqual([1]);
  expect(stream.ends).toMatchObject([{ event: 'capture.abort', error_code: 'protocol_violation', frame_count: 1 }]);
});

it(quote('8. **A frame too large.**'), async () => {
  const client = await gateway.connect();
  client.open();
  client.text(metaMessage(1, 300_001));
  await aborted(client, 'limit_frame_bytes_exceeded');
});

it(quote('9. **Not a picture.**'), async () => {
  const client = await gateway.connect();
  client.open();
  client.frame(1, Buffer.concat([Buffer.from('89504e470d0a1a0a', 'hex'), Buffer.alloc(992)]));
  await aborted(client, 'frame_invalid');
});

it(quote('10. **The extractor is slow.**'), async () => {
  gateway.extractor.answers = 'when told';
  const client = await gateway.capturing();
  const { stream } = gateway.extractor;
  let paused = gateway.paused();
  for (const seq of [1, 2, 3, 4]) client.frame(seq);
  await paused;
  gateway.clock.advance(2_000);
  for (const seq of [2, 3, 4]) {
    const next = gateway.extractor.next('frame');
    stream.acknowledge();
    await next;
    expect(stream.frames).toHaveLength(seq);
  }
  paused = gateway.paused();
  for (const seq of [5, 6, 7]) client.frame(seq);
  await paused;
  gateway.clock.advance(2_050);
  await aborted(client, 'limit_forward_buffer_exceeded');
});

it(quote('11. **The session ends meanwhile.**'), async () => {
  const client = await gateway.capturing();
  const arrived = gateway.extractor.next('frame');
  client.frame(1);
  await arrived;
  gateway.sessions.answers = 'closed';
  gateway.clock.advance(5_000);
  await aborted(client, 'session_closed');
});

it(quote('12. **The client goes away.**'), async () => {
  const client = await gateway.capturing();
  const arrived = gateway.extractor.next('frame');
  client.frame(1);
  await arrived;
  const ended = gateway.extractor.next('end');
  client.socket.terminate();
  await ended;
  expect(gateway.extractor.stream.ends).toMatchObject([
    { event: 'capture.abort', error_code: 'client_disconnected', frame_count: 1 },
  ]);
});

it(quote('13. **The extractor goes away.**'), async () => {
  const client = await gateway.capturing();
  gateway.extractor.stream.break();
  await aborted(client, 'forward_failed');
});

it(quote('14. **The server is stopped.**'), async () => {
  await gateway.stop();
  // else the server's own clock for a whole capture ends it earlier
  gateway = await Gateway.start({ ingest_grace_ms: 60_000 });
  const client = await gateway.capturing();
  const stopped = gateway.stopping();
  expect(await gateway.refusal()).toContain('503');
  for (const seq of [1, 2, 3, 4]) {
    gateway.clock.advance(6_500);
    const arrived = gateway.extractor.next('frame');
    client.frame(seq);
    await arrived;
  }
  gateway.clock.advance(1_050);
  await aborted(client, 'server_shutdown', 1001);
  await stopped;
});

it('is served to the existing client: identity on every message, microseconds, a close at once after capture.close', async () => {
  const client = await gateway.connect();
  const identity = {
    user_id: 'u1',
    session_id: 's1',
    modality: 'image',
    source: 'browser',
    performer_id: null,
  } as const;
  const ended = gateway.extractor.next('end');
  client.text(openMessage({ ...identity, timestamp_start: '2026-01-01T00:00:00.000001+00:00' }));
  for (const seq of [1, 2, 3]) {
    const timestamp_frame = `2026-01-01T00:00:00.${seq}00123+00:00`;
    client.frame(seq, jpegOf(), { ...identity, timestamp_frame, annotation: null } as object);
  }
  client.text(closeMessage({ ...identity, timestamp_end: at(400).replace('Z', '') }));
  client.socket.close();
  await ended;
  const { stream } = gateway.extractor;
  expect(stream.frames.map(({ timestamp_frame }) => timestamp_frame)).toEqual(
    [100, 200, 300].map((ms) => new Date(at(ms))),
  );
  expect(stream.ends).toMatchObject([{ event: 'capture.close', frame_count: 3, timestamp_end: new Date(at(400)) }]);
  await once(client.socket, 'close');
});
