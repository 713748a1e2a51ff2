import { metaMessage, openMessage } from '@a3cp/testing';
import { afterEach, describe, expect, it } from '@jest/globals';
import { once } from 'node:events';
import type { Socket } from 'node:net';
import WebSocket from 'ws';
import { Gateway } from './support/gateway.js';
import { jpegOf } from './support/jpeg.js';
import { quote } from './support/protocol.js';
import {
  destroyRawSockets,
  emptyFrame,
  frameHead,
  hungUp,
  rawSocket,
  rawWebSocket,
  textFrame,
} from './support/raw-socket.js';
import { httpAnswer } from './support/upgrade.js';
import { closedWith, COMPLETED, completed, verdictOf } from './support/verdict.js';

/** Only the heartbeat can end a silent client. */
const HEARTBEAT_ONLY = { open_timeout_ms: 60_000, silence_timeout_ms: 60_000 };

let gateway: Gateway;

afterEach(() => {
  destroyRawSockets();
  return gateway.stop();
});

describe(quote('A client that disappears is noticed within 12 s'), () => {
  it('and its capture, if no timer has ended it, ends as `client_disconnected`', async () => {
    gateway = await Gateway.start(HEARTBEAT_ONLY);
    const socket = await rawWebSocket(gateway.port);
    const opened = gateway.resumed();
    socket.write(textFrame(openMessage()));
    await opened;
    const gone = hungUp(socket);
    await gateway.clock.pass(12_000);
    await gone;
    await gateway.idle();
    expect(gateway.extractor.stream.ends).toMatchObject([{ error_code: 'client_disconnected' }]);
  });

  it('before it has opened one, too', async () => {
    gateway = await Gateway.start(HEARTBEAT_ONLY);
    const socket = await rawWebSocket(gateway.port);
    const gone = hungUp(socket);
    await gateway.clock.pass(12_000);
    await gone;
    await gateway.idle();
  });

  it(quote('its capture ends earlier, by `silence_timeout_ms`'), async () => {
    gateway = await Gateway.start();
    const socket = await rawWebSocket(gateway.port);
    const opened = gateway.resumed();
    socket.write(textFrame(openMessage()));
    await opened;
    const ended = gateway.extractor.next('end');
    await gateway.clock.pass(8_100);
    await ended;
    expect(gateway.extractor.stream.ends).toMatchObject([{ error_code: 'protocol_violation' }]);
  });

  it('a client that answers pings is there', async () => {
    gateway = await Gateway.start(HEARTBEAT_ONLY);
    const client = await gateway.capturing();
    await gateway.clock.pass(14_000);
    expect(await completed(client)).toEqual(COMPLETED);
  });

  it('a client that sends messages is there, whatever becomes of the pings', async () => {
    gateway = await Gateway.start(HEARTBEAT_ONLY);
    const client = new WebSocket(gateway.url(), { autoPong: false });
    const closed = once(client, 'close');
    await once(client, 'open');
    client.send(JSON.stringify(openMessage()));
    for (let seq = 1; seq <= 7; seq++) {
      const accepted = gateway.next('frame_bytes');
      client.send(JSON.stringify(metaMessage(seq, 1_000)));
      client.send(jpegOf());
      await accepted;
      await gateway.clock.pass(2_000);
    }
    expect(gateway.repository.size).toBe(1);
    client.terminate();
    await closed;
  });
});

describe(quote('More than 30 pings and pongs between two pings of the server'), () => {
  it(quote('Otherwise a ping is answered with its pong.'), async () => {
    gateway = await Gateway.start(HEARTBEAT_ONLY);
    const client = await gateway.connect();
    // after the first beat, one of them is the pong to the server's own ping
    for (const pings of [30, 29]) {
      for (let n = 0; n < pings; n++) {
        const answered = once(client.socket, 'pong');
        client.socket.ping(`${n}`);
        expect(String((await answered)[0])).toBe(`${n}`);
      }
      const pinged = once(client.socket, 'ping');
      await gateway.clock.pass(3_000);
      await pinged;
    }
    client.open();
    expect(await completed(client)).toEqual(COMPLETED);
  });

  it.each(['ping', 'pong'] as const)('one %s more', async (frame) => {
    gateway = await Gateway.start();
    const client = await gateway.connect();
    for (let n = 0; n < 31; n++) client.socket[frame]();
    expect(await verdictOf(client)).toEqual(closedWith(1008, 'protocol_violation'));
    expect((await client.closed).reason).toBe('protocol_violation: more than 30 pings in 3000 ms');
  });

  it('one more while capturing', async () => {
    gateway = await Gateway.start();
    const client = await gateway.capturing();
    for (let n = 0; n < 31; n++) client.socket.ping();
    expect(await verdictOf(client)).toEqual(closedWith(1008, 'protocol_violation'));
    await gateway.idle();
    expect(gateway.extractor.stream.ends).toMatchObject([{ error_code: 'protocol_violation' }]);
  });

  it(quote('more than 60: terminated'), async () => {
    gateway = await Gateway.start();
    const socket = await rawWebSocket(gateway.port);
    const gone = hungUp(socket);
    // nobody answers the close: only hanging up ends it at once
    socket.write(Buffer.concat(Array.from({ length: 61 }, () => Buffer.from([0x89, 0x80, 0, 0, 0, 0]))));
    await gone;
    await gateway.idle();
  });
});

describe(quote('More waiting messages than a capture can have (452)'), () => {
  it.each([
    [452, 0],
    [453, 1],
  ])('%d messages behind an open that is being decided', async (count, refused) => {
    gateway = await Gateway.start();
    gateway.sessions.answers = 'when told';
    const asked = gateway.sessions.next();
    const malformed = gateway.next('malformed');
    const socket = await rawWebSocket(gateway.port);
    const waiting = Array.from({ length: count }, () => textFrame({ x: 1 }));
    socket.write(Buffer.concat([textFrame(openMessage()), ...waiting]));
    await asked;
    if (refused > 0) await malformed;
    else gateway.sessions.answer('active');
    await gateway.idle();
    expect(gateway.extractor.streams).toHaveLength(refused > 0 ? 0 : 1);
  });
});

describe('of what a client goes on to send', () => {
  /** One read passes the bound, one more is on its way by then, and one comes of ws, which reads on after an error. */
  const THREE_READS = 3 * 65_536;
  const AFTER_THE_END = quote(
    'after the end no more than 32,768. What three reads of the socket bring can come on top.',
  );

  /** How much the server reads of a client from then on until it hangs up. */
  async function readAfter(begin: (socket: Socket) => Promise<void>, frame_bytes = 290_000): Promise<number> {
    gateway = await Gateway.start();
    const connected = once(gateway.server, 'connection') as Promise<[Socket]>;
    const socket = await rawWebSocket(gateway.port);
    const [served] = await connected;
    await begin(socket);
    const { bytesRead } = served;
    const gone = new Promise((closed) => served.once('close', closed));
    const frame = Buffer.concat([frameHead(0x2, frame_bytes), Buffer.alloc(frame_bytes)]);
    for (let n = 0; n < 30; n++) socket.write(frame);
    await gone;
    return served.bytesRead - bytesRead;
  }

  it(`${AFTER_THE_END}: of one that never had a capture`, async () => {
    const bytes = await readAfter(async (socket) => {
      const decided = gateway.next('capture.open');
      socket.write(textFrame(openMessage({ fps_target: 99 })));
      await decided;
    });
    expect(bytes).toBeLessThanOrEqual(32_768 + THREE_READS);
  });

  it.each([
    ['that had one', 290_000],
    ['that had one, and whose frames are too large', 300_001],
  ])(`${AFTER_THE_END}: of one %s`, async (_what, frame_bytes) => {
    const bytes = await readAfter(async (socket) => {
      const reading = gateway.resumed();
      socket.write(textFrame(openMessage()));
      await reading;
      const decided = gateway.next('malformed');
      socket.write(textFrame({ x: 1 }));
      await decided;
    }, frame_bytes);
    expect(bytes).toBeLessThanOrEqual(32_768 + THREE_READS);
  });

  it(`${AFTER_THE_END}: of one that broke the transport behind its open`, async () => {
    const bytes = await readAfter(async (socket) => {
      gateway.sessions.answers = 'when told';
      const asked = gateway.sessions.next();
      socket.write(Buffer.concat([textFrame(openMessage()), emptyFrame(0x3)]));
      await asked;
      const ready = gateway.resumed();
      gateway.sessions.answer('active');
      await ready;
    });
    expect(bytes).toBeLessThanOrEqual(32_768 + THREE_READS);
  });

  it(`${AFTER_THE_END}: of one that has said that it is going`, async () => {
    const bytes = await readAfter(async (socket) => {
      const reading = gateway.resumed();
      socket.write(textFrame(openMessage()));
      await reading;
      const answered = once(socket, 'data');
      socket.write(emptyFrame(0x8));
      await answered;
    });
    expect(bytes).toBeLessThanOrEqual(32_768 + THREE_READS);
  });

  it(quote('Before a first message is whole, the gateway reads no more than 65,536 bytes'), async () => {
    expect(await readAfter(() => Promise.resolve())).toBeLessThanOrEqual(65_536 + THREE_READS);
  });
});

describe(quote('no request since connecting: terminated'), () => {
  it('who says nothing', async () => {
    gateway = await Gateway.start();
    const connected = once(gateway.server, 'connection');
    const socket = await rawSocket(gateway.port);
    await connected;
    const gone = hungUp(socket);
    gateway.clock.advance(5_000);
    await gone;
    expect(gateway.clock.running).toBe(0);
  });

  it('who never ends a request', async () => {
    gateway = await Gateway.start();
    const connected = once(gateway.server, 'connection');
    const socket = await rawSocket(gateway.port);
    socket.write('GET / HTTP/1.1\r\nHost: a\r\n');
    await connected;
    const gone = hungUp(socket);
    gateway.clock.advance(5_000);
    await gone;
  });

  it('who has asked may stay', async () => {
    gateway = await Gateway.start();
    expect((await httpAnswer(gateway, '/')).status).toBe(404);
    const client = await gateway.connect();
    expect(gateway.server.headersTimeout).toBe(5_000);
    gateway.clock.advance(6_000);
    client.open();
    expect(await completed(client)).toEqual(COMPLETED);
  });
});
