import { type CaptureSocketClient, metaMessage, openMessage } from '@a3cp/testing';
import { afterEach, describe, expect, it } from '@jest/globals';
import { once } from 'node:events';
import type { Socket } from 'node:net';
import { Gateway } from './support/gateway.js';
import { jpegOf } from './support/jpeg.js';
import { quote } from './support/protocol.js';
import { destroyRawSockets, emptyFrame, frameHead, rawWebSocket, textFrame } from './support/raw-socket.js';
import { aborted, closedWith, COMPLETED, completed, verdictOf } from './support/verdict.js';

/** The server looks at its clock this often, so that more than a timer's value is noticed within it. */
const TICK_MS = 50;

/** Opcodes of RFC 6455. */
const PING = 0x9;
const PONG = 0xa;

let gateway: Gateway;

afterEach(() => {
  destroyRawSockets();
  return gateway.stop();
});

/** Does what sends such a message, and waits until the server has decided it. */
async function decided(type: Parameters<Gateway['next']>[0], act: () => void): Promise<void> {
  const decision = gateway.next(type);
  act();
  await decision;
}

/** A client that has announced and sent so many frames, of which the extractor has answered none. */
async function unanswered(frames: number): Promise<CaptureSocketClient> {
  const client = await gateway.capturing();
  gateway.extractor.answers = 'when told';
  for (let seq = 1; seq <= frames; seq++) await decided('frame_bytes', () => client.frame(seq));
  return client;
}

/** The extractor takes the frame or end in flight, and from now on everything at once. */
function recover(): void {
  gateway.extractor.answers = 'at once';
  gateway.extractor.stream.acknowledge();
}

describe(quote('`open_timeout_ms` | 10,000 | no `capture.open` since connecting: close 1008'), () => {
  it('is not over at 10,000 ms', async () => {
    gateway = await Gateway.start();
    const client = await gateway.connect();
    gateway.clock.advance(10_000);
    client.open();
    expect(await completed(client)).toEqual(COMPLETED);
  });

  it('is over after them, for each connection by itself', async () => {
    gateway = await Gateway.start();
    const client = await gateway.connect();
    gateway.clock.advance(TICK_MS);
    const later = await gateway.connect();
    gateway.clock.advance(10_000);
    expect(await verdictOf(client)).toEqual(closedWith(1008, 'open_timeout'));
    later.open();
    expect(await completed(later)).toEqual(COMPLETED);
  });
});

describe(
  quote('`silence_timeout_ms` | 8,000 | during a capture, no byte of a message arrives: `protocol_violation`'),
  () => {
    it('is not over at 8,000 ms, since the capture was accepted and since each message', async () => {
      gateway = await Gateway.start();
      gateway.extractor.opens = 'when told';
      const client = await gateway.connect();
      const asked = gateway.extractor.next('open');
      client.open();
      await asked;
      gateway.clock.advance(2_000);
      const accepted = gateway.resumed();
      gateway.extractor.acceptOpen();
      await accepted;
      await gateway.clock.pass(8_000);
      await decided('capture.frame_meta', () => client.text(metaMessage(1, 1_000)));
      await gateway.clock.pass(8_000);
      await decided('frame_bytes', () => client.bytes(jpegOf()));
      await gateway.clock.pass(8_000);
      expect(await completed(client)).toEqual(COMPLETED);
    });

    it.each([
      ['since the capture was accepted', () => Promise.resolve()],
      [
        'since a `capture.frame_meta`',
        (client: CaptureSocketClient) => decided('capture.frame_meta', () => client.text(metaMessage(1, 1_000))),
      ],
    ])('is over after them, %s', async (_since, begin) => {
      gateway = await Gateway.start();
      const client = await gateway.capturing();
      await begin(client);
      await gateway.clock.pass(8_000 + 2 * TICK_MS);
      const { reason } = await client.closed;
      expect(await verdictOf(client)).toEqual(aborted('protocol_violation'));
      expect(reason).toBe('protocol_violation: nothing received for 8000 ms');
    });

    it(quote('A stall that ends by itself within 8 s ends no capture'), async () => {
      gateway = await Gateway.start();
      const client = await gateway.capturing();
      for (let seq = 1; seq <= 3; seq++) {
        await decided('frame_bytes', () => client.frame(seq));
        await gateway.clock.pass(8_000);
      }
      expect(await completed(client)).toEqual(COMPLETED);
    });

    /** A capture whose frame of 1,000 bytes is announced and has begun, over a socket that a test writes byte by byte. */
    async function beginFrame(): Promise<{ socket: Socket; served: Socket; picture: Buffer }> {
      gateway = await Gateway.start();
      const connected = once(gateway.server, 'connection') as Promise<[Socket]>;
      const socket = await rawWebSocket(gateway.port);
      const [served] = await connected;
      const accepted = gateway.resumed();
      socket.write(textFrame(openMessage()));
      await accepted;
      await decided('capture.frame_meta', () => socket.write(textFrame(metaMessage(1, 1_000))));
      return { socket, served, picture: Buffer.concat([frameHead(0x2, 1_000), jpegOf(1_000)]) };
    }

    it(quote('a slow picture that moves is never cut off'), async () => {
      const { socket, served, picture } = await beginFrame();
      for (let part = 0; part < 3; part++) {
        const arrived = once(served, 'data');
        socket.write(picture.subarray(part, part + 1));
        await arrived;
        await gateway.clock.pass(8_000);
      }
      await decided('frame_bytes', () => socket.write(picture.subarray(3)));
      expect(gateway.extractor.stream.frames).toMatchObject([{ seq: 1, byte_length: 1_000 }]);
    });

    it(quote('Pings and pongs do not count.'), async () => {
      const { socket, served } = await beginFrame();
      const ended = gateway.extractor.next('end');
      for (let second = 1; second <= 9; second++) {
        const arrived = once(served, 'data');
        socket.write(emptyFrame(second % 2 ? PING : PONG));
        await arrived;
        await gateway.clock.pass(1_000);
      }
      await ended;
      expect(gateway.extractor.stream.ends).toMatchObject([{ error_code: 'protocol_violation', frame_count: 0 }]);
    });

    it('begins when there is room for the frame', async () => {
      gateway = await Gateway.start();
      const client = await unanswered(3);
      await decided('capture.frame_meta', () => client.text(metaMessage(4, 1_000)));
      gateway.clock.advance(2_000);
      const room = gateway.resumed();
      recover();
      await room;
      await gateway.clock.pass(8_000);
      client.bytes(jpegOf());
      expect(await completed(client)).toEqual(COMPLETED);
    });
  },
);

describe(quote('`forward_grace_ms` | 2,000 | a frame finds no room: `limit_forward_buffer_exceeded`'), () => {
  it('is not over at 2,000 ms', async () => {
    gateway = await Gateway.start();
    const client = await unanswered(3);
    await decided('capture.frame_meta', () => client.text(metaMessage(4, 1_000)));
    gateway.clock.advance(2_000);
    client.bytes(jpegOf());
    recover();
    expect(await completed(client)).toEqual(COMPLETED);
    expect(gateway.extractor.stream.frames).toHaveLength(4);
  });

  it('is over after them', async () => {
    gateway = await Gateway.start();
    const client = await unanswered(3);
    const meta = metaMessage(4, 1_000);
    await decided('capture.frame_meta', () => client.text(meta));
    gateway.clock.advance(2_000 + TICK_MS);
    expect(await verdictOf(client)).toEqual(aborted('limit_forward_buffer_exceeded'));
    expect(client.messages[0]?.record_id).toBe(meta.record_id);
  });
});

describe(quote('`stream_open_timeout_ms` | 2,000 | the extractor does not answer the open: `forward_failed`'), () => {
  async function asking(): Promise<CaptureSocketClient> {
    gateway = await Gateway.start();
    gateway.extractor.opens = 'when told';
    const client = await gateway.connect();
    const asked = gateway.extractor.next('open');
    client.open();
    await asked;
    return client;
  }

  it('is not over at 2,000 ms', async () => {
    const client = await asking();
    gateway.clock.advance(2_000);
    gateway.extractor.acceptOpen();
    expect(await completed(client)).toEqual(COMPLETED);
  });

  it('is over after them, and the extractor is left alone', async () => {
    const client = await asking();
    gateway.clock.advance(2_000 + TICK_MS);
    gateway.extractor.acceptOpen();
    expect(await verdictOf(client)).toEqual(aborted('forward_failed'));
    expect(gateway.extractor.streams).toEqual([]);
    expect(gateway.repository.size).toBe(0);
  });
});

describe(
  quote('`forward_timeout_ms` | 3,000 | the extractor does not acknowledge a frame, or the end: `forward_failed`'),
  () => {
    it('is not over at 3,000 ms, of each frame in flight and of the end', async () => {
      gateway = await Gateway.start();
      const client = await unanswered(2);
      for (const next of ['frame', 'end'] as const) {
        gateway.clock.advance(3_000);
        const arrived = gateway.extractor.next(next);
        gateway.extractor.stream.acknowledge();
        if (next === 'end') client.close();
        await arrived;
      }
      gateway.clock.advance(3_000);
      gateway.extractor.stream.acknowledge();
      expect(await verdictOf(client)).toEqual(COMPLETED);
    });

    it('is over after them, of a frame', async () => {
      gateway = await Gateway.start();
      const client = await unanswered(1);
      gateway.clock.advance(3_000 + TICK_MS);
      expect(await verdictOf(client)).toEqual(aborted('forward_failed'));
      expect(gateway.extractor.stream.ends).toMatchObject([{ error_code: 'forward_failed', frame_count: 0 }]);
    });

    it('is over after them, of a frame that others have come to wait behind', async () => {
      gateway = await Gateway.start();
      const client = await unanswered(1);
      gateway.clock.advance(1_500);
      await decided('frame_bytes', () => client.frame(2));
      gateway.clock.advance(1_500 + TICK_MS);
      expect(await verdictOf(client)).toEqual(aborted('forward_failed'));
    });

    it('is over after them, of the end', async () => {
      gateway = await Gateway.start();
      const client = await unanswered(0);
      const ended = gateway.extractor.next('end');
      client.close();
      await ended;
      gateway.clock.advance(3_000 + TICK_MS);
      expect(await verdictOf(client)).toEqual(aborted('forward_failed'));
      expect(gateway.extractor.stream.ends).toMatchObject([{ event: 'capture.close' }]);
      expect(gateway.repository.size).toBe(0);
    });

    it('holds for the end of an abort, too, which nobody waits for any longer', async () => {
      gateway = await Gateway.start();
      const client = await unanswered(0);
      client.text(metaMessage(2, 1_000));
      expect(await verdictOf(client)).toEqual(aborted('protocol_violation'));
      gateway.clock.advance(3_000);
      expect(gateway.repository.size).toBe(1);
      gateway.clock.advance(TICK_MS);
      expect(gateway.repository.size).toBe(0);
    });

    it('holds for the frame in flight of an abort, whose end then goes out', async () => {
      gateway = await Gateway.start();
      const client = await unanswered(1);
      gateway.clock.advance(1_500);
      client.text(metaMessage(3, 1_000));
      expect(await verdictOf(client)).toEqual(aborted('protocol_violation'));
      gateway.clock.advance(1_500);
      expect(gateway.extractor.stream.ends).toEqual([]);
      gateway.clock.advance(TICK_MS);
      expect(gateway.extractor.stream.ends).toMatchObject([{ error_code: 'protocol_violation', frame_count: 0 }]);
    });
  },
);

describe(
  quote(
    '`drain_timeout_ms` | 5,000 | after `capture.close`, the waiting frames are not all delivered: `forward_failed`',
  ),
  () => {
    /** After `capture.close` three frames wait; 4,800 ms later the last of them is in flight. */
    async function draining(): Promise<CaptureSocketClient> {
      gateway = await Gateway.start();
      const client = await unanswered(3);
      await decided('capture.close', () => client.close());
      for (let frame = 1; frame <= 2; frame++) {
        gateway.clock.advance(2_400);
        const forwarded = gateway.extractor.next('frame');
        gateway.extractor.stream.acknowledge();
        await forwarded;
      }
      return client;
    }

    it('is not over at 5,000 ms', async () => {
      const client = await draining();
      gateway.clock.advance(200);
      recover();
      expect(await verdictOf(client)).toEqual(COMPLETED);
    });

    it('is over after them', async () => {
      const client = await draining();
      gateway.clock.advance(200 + TICK_MS);
      expect(await verdictOf(client)).toEqual(aborted('forward_failed'));
      recover();
      await gateway.idle();
      expect(gateway.extractor.stream.ends).toMatchObject([{ error_code: 'forward_failed', frame_count: 3 }]);
    });
  },
);

describe(
  quote('`shutdown_timeout_ms` | 27,000 | captures still running when the server stops: `server_shutdown`'),
  () => {
    /** A silent capture in a server that has been told to stop, as another connection has learnt. */
    async function stopping(): Promise<CaptureSocketClient> {
      gateway = await Gateway.start({ silence_timeout_ms: 60_000, ingest_grace_ms: 60_000 });
      const client = await gateway.capturing();
      await decided('frame_bytes', () => client.frame(1));
      const witness = await gateway.connect();
      void gateway.stopping();
      expect(await verdictOf(witness)).toEqual(closedWith(1001, 'server_shutdown'));
      return client;
    }

    it('is not over at 27,000 ms', async () => {
      const client = await stopping();
      await gateway.clock.pass(27_000);
      expect(await completed(client)).toEqual(COMPLETED);
    });

    it('is over after them', async () => {
      const client = await stopping();
      await gateway.clock.pass(27_000 + TICK_MS);
      expect(await verdictOf(client)).toEqual({ ...aborted('server_shutdown'), code: 1001 });
      expect(gateway.extractor.stream.ends).toMatchObject([{ error_code: 'server_shutdown', frame_count: 1 }]);
      await gateway.stopping();
      expect(gateway.repository.size).toBe(0);
    });
  },
);
