import { type CaptureSocketClient, metaMessage, openMessage } from '@a3cp/testing';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { randomBytes } from 'node:crypto';
import type { Socket } from 'node:net';
import { Gateway } from './support/gateway.js';
import { jpegOf, progressiveJpegOf } from './support/jpeg.js';
import { quote } from './support/protocol.js';
import { destroyRawSockets, frameHead, rawWebSocket } from './support/raw-socket.js';

const MEGABYTE = 1024 * 1024;

let gateway: Gateway;
let bystander: CaptureSocketClient;
let seq: number;

beforeEach(async () => {
  gateway = await Gateway.start();
  bystander = await gateway.capturing({ capture_id: 'bystander' });
  seq = 1;
});

/** Whatever the attacker does, another capture goes on undisturbed and is the only one left. */
afterEach(async () => {
  try {
    bystander.frame(seq++, jpegOf(), { capture_id: 'bystander' });
    bystander.close({ capture_id: 'bystander' });
    expect(await bystander.closed).toEqual({ code: 1000, reason: 'completed' });
    await gateway.idle();
  } finally {
    destroyRawSockets();
    await gateway.stop();
  }
});

/** The close code in the first close frame the server sends. */
async function closeCode(socket: Socket): Promise<number> {
  let received = Buffer.alloc(0);
  socket.on('data', (data: Buffer) => (received = Buffer.concat([received, data])));
  await new Promise((ended) => socket.once('end', ended).once('close', ended));
  const start = received.indexOf(0x88);
  return received.readUInt16BE(start + 2);
}

describe('text', () => {
  it(quote('A message was larger than the transport allows (300,000 bytes).'), async () => {
    const socket = await rawWebSocket(gateway.port);
    const before = process.memoryUsage().arrayBuffers;
    const code = closeCode(socket);
    const piece = Buffer.alloc(MEGABYTE, 0x78);
    socket.write(frameHead(0x1, 100 * MEGABYTE));
    for (let n = 0; n < 100; n++) socket.write(piece);
    expect(await code).toBe(1009);
    expect(process.memoryUsage().arrayBuffers - before).toBeLessThan(10 * MEGABYTE);
    socket.destroy();
  });

  it.each([
    ['deep in arrays', '['.repeat(8_000) + ']'.repeat(8_000), 1008],
    ['deep in arrays that never end', '['.repeat(16_000), 1003],
    [
      'deep in a field nobody knows',
      JSON.stringify(openMessage()).replace('{', `{"x":${'['.repeat(5_000)}${']'.repeat(5_000)},`),
      0,
    ],
    [
      'deep where an identifier is due',
      JSON.stringify(openMessage()).replace('"c1"', `${'['.repeat(5_000)}${']'.repeat(5_000)}`),
      1008,
    ],
    [
      'with a __proto__ of its own',
      JSON.stringify(openMessage()).replace('{', '{"__proto__":{"user_id":"root","polluted":1},'),
      0,
    ],
    [
      'with a constructor of its own',
      JSON.stringify(openMessage()).replace('{', '{"constructor":{"prototype":{"polluted":1}},'),
      0,
    ],
    ['an unpaired surrogate in an identifier', JSON.stringify(openMessage()).replace('"c1"', '"\\ud800"'), 1008],
    ['a NUL in an identifier', JSON.stringify(openMessage()).replace('"c1"', '"c\\u00001"'), 1008],
    [
      'an identifier of a hundred thousand characters',
      JSON.stringify(openMessage({ user_id: 'u'.repeat(100_000) })),
      1008,
    ],
    ['numbers beyond numbers', JSON.stringify(openMessage()).replace('"width":640', '"width":1e999'), 1008],
    ['nothing', '', 1003],
  ])('%s', async (_what, text, code) => {
    const client = await gateway.connect();
    if (code === 0) {
      const opened = gateway.extractor.next('open');
      client.text(text);
      await opened;
      expect(gateway.extractor.streams.at(-1)?.open).toMatchObject({ user_id: 'u1' });
      client.close();
      expect((await client.closed).code).toBe(1000);
    } else {
      client.text(text);
      const closed = await client.closed;
      expect(closed.code).toBe(code);
      expect(closed.reason).toMatch(/^(malformed_json|schema_violation): [\x20-\x7e]{1,100}$/);
    }
    expect(({} as Record<string, unknown>)['polluted']).toBeUndefined();
  });

  it('with a megabyte for an identifier does not get past the transport', async () => {
    const client = await gateway.connect();
    client.open({ session_id: 's'.repeat(MEGABYTE) });
    expect((await client.closed).code).toBe(1009);
  });

  it('that is not UTF-8 is refused by the transport', async () => {
    const socket = await rawWebSocket(gateway.port);
    socket.write(Buffer.concat([frameHead(0x1, 2), Buffer.from([0xc3, 0x28])]));
    expect(await closeCode(socket)).toBe(1007);
    socket.destroy();
  });
});

describe('fragments without end', () => {
  it('are cut off by their number', async () => {
    const socket = await rawWebSocket(gateway.port);
    socket.write(Buffer.concat([frameHead(0x1, 1, false), Buffer.from('x')]));
    const empty = frameHead(0x0, 0, false);
    socket.write(Buffer.concat(Array.from({ length: 2_000 }, () => empty)));
    expect(await closeCode(socket)).toBe(1008);
    socket.destroy();
  });

  it(quote('A first message over 32,768 bytes: close 1008'), async () => {
    const socket = await rawWebSocket(gateway.port);
    socket.write(Buffer.concat([frameHead(0x2, 300_000), Buffer.alloc(32_769)]));
    expect(await closeCode(socket)).toBe(1008);
    socket.destroy();
  });

  it('are cut off by their size', async () => {
    const socket = await rawWebSocket(gateway.port);
    const piece = Buffer.alloc(100_000, 0x78);
    socket.write(Buffer.concat([frameHead(0x1, piece.length, false), piece]));
    for (let n = 0; n < 5; n++) socket.write(Buffer.concat([frameHead(0x0, piece.length, false), piece]));
    expect(await closeCode(socket)).toBe(1008);
    socket.destroy();
  });
});

describe('frame bytes', () => {
  it.each([
    ['a JPEG of 60,000 x 60,000', jpegOf(1_000, 60_000, 60_000)],
    ['a JPEG cut off in its header', jpegOf(1_000).subarray(0, 8)],
    ['no JPEG at all', randomBytes(1_000).fill(0, 0, 1)],
    ['a progressive JPEG of 65 scans', progressiveJpegOf(65)],
    ['a progressive JPEG of 24,000 scans', progressiveJpegOf(24_000)],
    // its frame header SOF9 in place of SOF0
    ['a JPEG with arithmetic coding', Buffer.from(jpegOf()).fill(0xc9, 3, 4)],
    ['fill bytes without end', Buffer.concat([Buffer.from([0xff, 0xd8]), Buffer.alloc(290_000, 0xff)])],
    [
      'segments without end',
      Buffer.concat([Buffer.from([0xff, 0xd8]), Buffer.alloc(200_000, Buffer.from([0xff, 0xe0, 0, 2]))]),
    ],
  ])('that are %s', async (_what, jpeg) => {
    const client = await gateway.connect();
    client.open();
    client.frame(1, jpeg);
    expect((await client.closed).code).toBe(1000);
    expect(client.messages).toMatchObject([{ error_code: 'frame_invalid' }]);
    expect(gateway.extractor.streams.at(-1)?.frames).toEqual([]);
  });

  it.each([
    [quote('A progressive JPEG may have 64 scans'), progressiveJpegOf(64)],
    [
      quote('Any number of fill bytes (0xFF) may precede a marker.'),
      Buffer.concat([jpegOf().subarray(0, 2), Buffer.alloc(250_000, 0xff), jpegOf().subarray(2)]),
    ],
  ])('%s', async (_what, jpeg) => {
    const client = await gateway.connect();
    client.open();
    client.frame(1, jpeg);
    client.close();
    expect(await client.closed).toEqual({ code: 1000, reason: 'completed' });
  });

  it('that are empty', async () => {
    const client = await gateway.connect();
    client.open();
    client.text(metaMessage(1, 1_000));
    client.bytes(Buffer.alloc(0));
    expect(await client.closed).toEqual({ code: 1000, reason: 'protocol_violation: frame of 0 bytes, announced 1000' });
  });

  it('that never end, in small pieces of a message too large', async () => {
    const socket = await rawWebSocket(gateway.port);
    socket.write(frameHead(0x2, 300_001));
    expect(await closeCode(socket)).toBe(1009);
    socket.destroy();
  });
});

it('two hundred connections that say nothing are let go, and leave nothing', async () => {
  const clients = await Promise.all(Array.from({ length: 200 }, () => gateway.connect()));
  expect(gateway.repository.size).toBe(201);
  for (const ms of [4_900, 4_900, 300]) {
    gateway.clock.advance(ms);
    const arrived = gateway.extractor.next('frame');
    bystander.frame(seq++, jpegOf(), { capture_id: 'bystander' });
    await arrived;
  }
  const codes = await Promise.all(clients.map(async ({ closed }) => (await closed).code));
  expect(new Set(codes)).toEqual(new Set([1008]));
  expect(gateway.repository.size).toBe(1);
});
