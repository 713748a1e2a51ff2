import { type CaptureLimits, CaptureService } from '@a3cp/capture-domain';
import type { CaptureErrorCode } from '@a3cp/capture-protocol';
import { at, type CaptureSocketClient, metaMessage, openMessage } from '@a3cp/testing';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { Gateway } from './support/gateway.js';
import { jpegOf } from './support/jpeg.js';
import { quote } from './support/protocol.js';
import { aborted, closedWith, COMPLETED, completed, verdictOf } from './support/verdict.js';

let gateway: Gateway;

afterEach(() => gateway.stop());

async function capturing(limits: Partial<CaptureLimits> = {}): Promise<CaptureSocketClient> {
  gateway = await Gateway.start(limits);
  return gateway.capturing();
}

/** Sends frames of these lengths, each when the one before was accepted. */
async function send(client: CaptureSocketClient, ...byte_lengths: number[]): Promise<void> {
  for (const [index, byte_length] of byte_lengths.entries()) {
    const accepted = gateway.next('frame_bytes');
    client.frame(index + 1, jpegOf(byte_length));
    await accepted;
  }
}

/** Announces a frame that is refused, and sends no bytes after it: the verdict is reached before they are read. */
async function expectRefused(
  client: CaptureSocketClient,
  error_code: CaptureErrorCode,
  seq: number,
  byte_length: number,
): Promise<void> {
  const meta = metaMessage(seq, byte_length);
  client.text(meta);
  expect(await verdictOf(client)).toEqual(aborted(error_code));
  expect(client.messages[0]?.record_id).toBe(meta.record_id);
}

describe(quote('`max_frames` | 225 | frames of a capture'), () => {
  /** 15 frames each second, for 15 s. */
  async function full(): Promise<CaptureSocketClient> {
    const client = await capturing();
    for (let second = 0; second < 15; second++) {
      const last = second * 15 + 15;
      for (let seq = last - 14; seq <= last; seq++) {
        const accepted = gateway.next('frame_bytes');
        client.frame(seq);
        await accepted;
      }
      if (second < 14) await gateway.clock.pass(1_000);
    }
    return client;
  }

  it('225 frames', async () => {
    const client = await full();
    expect(await completed(client)).toEqual(COMPLETED);
    expect(gateway.extractor.stream.ends).toMatchObject([{ frame_count: 225, last_seq: 225 }]);
  });

  it('one more', async () => {
    const client = await full();
    await expectRefused(client, 'limit_frame_count_exceeded', 226, 1_000);
    expect(gateway.extractor.stream.ends).toMatchObject([{ frame_count: 225, last_seq: 225 }]);
  });
});

describe(
  quote('A declared `byte_length` over a limit aborts at the `capture.frame_meta`, before the bytes are read.'),
  () => {
    it(quote('`max_frame_bytes` | 300,000 | one frame'), async () => {
      const client = await capturing();
      await send(client, 300_000);
      expect(await completed(client)).toEqual(COMPLETED);
      expect(gateway.extractor.stream.frames[0]?.payload).toHaveLength(300_000);
    });

    it('max_frame_bytes: one more', async () => {
      await expectRefused(await capturing(), 'limit_frame_bytes_exceeded', 1, 300_001);
    });

    it('max_frame_bytes: one more, where a host sets it', async () => {
      await expectRefused(await capturing({ max_frame_bytes: 2_000 }), 'limit_frame_bytes_exceeded', 1, 2_001);
    });

    it('max_total_bytes: as many', async () => {
      const client = await capturing({ max_total_bytes: 3_000 });
      await send(client, 1_000, 1_500, 500);
      expect(await completed(client)).toEqual(COMPLETED);
    });

    it('max_total_bytes: one more', async () => {
      const client = await capturing({ max_total_bytes: 3_000 });
      await send(client, 1_000, 1_500);
      await expectRefused(client, 'limit_total_bytes_exceeded', 3, 501);
      expect(gateway.extractor.stream.ends).toMatchObject([{ frame_count: 2 }]);
    });
  },
);

describe(quote('`max_text_bytes` | 16,384 | one text message'), () => {
  /** An open of so many bytes of UTF-8, which are fewer characters. */
  function padded(bytes: number): string {
    const open = openMessage();
    const missing = bytes - Buffer.byteLength(JSON.stringify({ ...open, extra: '' }));
    return JSON.stringify({ ...open, extra: 'é'.repeat(missing >> 1) + 'x'.repeat(missing % 2) });
  }

  it('16,384 bytes', async () => {
    gateway = await Gateway.start();
    const client = await gateway.connect();
    const text = padded(16_384);
    expect(Buffer.byteLength(text)).toBe(16_384);
    client.text(text);
    expect(await completed(client)).toEqual(COMPLETED);
  });

  it('one more', async () => {
    gateway = await Gateway.start();
    const client = await gateway.connect();
    const text = padded(16_385);
    expect(Buffer.byteLength(text)).toBe(16_385);
    client.text(text);
    expect(await verdictOf(client)).toEqual(closedWith(1008, 'schema_violation'));
  });
});

describe(quote('accepted frames that the extractor has not acknowledged, the one in flight counted'), () => {
  async function stuck(limits: Partial<CaptureLimits>, ...byte_lengths: number[]): Promise<CaptureSocketClient> {
    const client = await capturing(limits);
    gateway.extractor.answers = 'when told';
    await send(client, ...byte_lengths);
    return client;
  }

  /** The extractor takes what is in flight, and from now on everything at once. */
  function recover(): void {
    gateway.extractor.answers = 'at once';
    gateway.extractor.stream.acknowledge();
  }

  const FULL: [string, Partial<CaptureLimits>, number[]][] = [
    ['max_forward_buffer_frames, 3', {}, [1_000, 1_000, 1_000]],
    ['max_forward_buffer_frames, set to 1', { max_forward_buffer_frames: 1 }, [1_000]],
    ['max_forward_buffer_bytes, 1,000,000', { max_forward_buffer_frames: 9 }, [300_000, 300_000, 300_000, 100_000]],
    [
      'max_forward_buffer_bytes, set to 2,000',
      { max_forward_buffer_frames: 9, max_forward_buffer_bytes: 2_000, max_frame_bytes: 2_000 },
      [1_500, 500],
    ],
  ];

  describe.each(FULL)('%s', (_what, limits, byte_lengths) => {
    const next = byte_lengths.length + 1;

    it('as many, with no grace', async () => {
      const client = await stuck({ ...limits, forward_grace_ms: 0 }, ...byte_lengths);
      recover();
      expect(await completed(client)).toEqual(COMPLETED);
      expect(gateway.extractor.stream.frames).toHaveLength(byte_lengths.length);
    });

    it('one more, with no grace, at once', async () => {
      const client = await stuck({ ...limits, forward_grace_ms: 0 }, ...byte_lengths);
      await expectRefused(client, 'limit_forward_buffer_exceeded', next, 100);
      recover();
      await gateway.idle();
      expect(gateway.extractor.stream.ends).toMatchObject([
        { error_code: 'limit_forward_buffer_exceeded', frame_count: 1, timestamp_end: lastFrame(byte_lengths) },
      ]);
    });

    it('one more, with a grace of 2 s in which it finds room', async () => {
      const client = await stuck(limits, ...byte_lengths);
      const announced = gateway.next('capture.frame_meta');
      client.frame(next, jpegOf(100));
      await announced;
      gateway.clock.advance(2_000);
      recover();
      expect(await completed(client)).toEqual(COMPLETED);
      expect(gateway.extractor.stream.frames).toHaveLength(next);
    });

    it('one more, with a grace of 2 s in which it finds none', async () => {
      const client = await stuck(limits, ...byte_lengths);
      const announced = gateway.next('capture.frame_meta');
      client.text(metaMessage(next, 100));
      await announced;
      gateway.clock.advance(2_050);
      expect(await verdictOf(client)).toEqual(aborted('limit_forward_buffer_exceeded'));
    });
  });

  function lastFrame({ length }: readonly number[]): Date {
    return new Date(at(Math.round(((length - 1) * 1_000) / 15)));
  }
});

describe('captures at a time', () => {
  it(quote('running captures of a server process'), async () => {
    const first = await capturing({ max_concurrent_captures: 2 });
    const second = await gateway.capturing({ capture_id: 'c2', user_id: 'u2' });
    const third = await gateway.connect();
    third.open({ capture_id: 'c3', user_id: 'u3' });
    expect(await verdictOf(third)).toEqual(aborted('limit_concurrent_captures_exceeded'));
    expect(await completed(first)).toEqual(COMPLETED);
    const fourth = await gateway.capturing({ capture_id: 'c4', user_id: 'u3' });
    fourth.close({ capture_id: 'c4' });
    expect(await verdictOf(fourth)).toEqual(COMPLETED);
    second.close({ capture_id: 'c2' });
    expect(await verdictOf(second)).toEqual(COMPLETED);
  });

  it(quote('running captures of a `user_id`'), async () => {
    const first = await capturing({ max_concurrent_captures_per_user: 2 });
    await gateway.capturing({ capture_id: 'c2' });
    await gateway.capturing({ capture_id: 'other', user_id: 'u2' });
    const third = await gateway.connect();
    third.open({ capture_id: 'c3' });
    expect(await verdictOf(third)).toEqual(aborted('limit_concurrent_captures_exceeded'));
    expect(await completed(first)).toEqual(COMPLETED);
    const fourth = await gateway.capturing({ capture_id: 'c4' });
    const fifth = await gateway.connect();
    fifth.open({ capture_id: 'c5' });
    expect(await verdictOf(fifth)).toEqual(aborted('limit_concurrent_captures_exceeded'));
    fourth.close({ capture_id: 'c4' });
    expect(await verdictOf(fourth)).toEqual(COMPLETED);
  });

  it(quote('running captures of a session'), async () => {
    const first = await capturing();
    await gateway.capturing({ capture_id: 'c2' });
    const third = await gateway.connect();
    third.open({ capture_id: 'c3' });
    expect(await verdictOf(third)).toEqual(aborted('limit_concurrent_captures_exceeded'));
    await gateway.capturing({ capture_id: 'other', session_id: 's2' });
    expect(await completed(first)).toEqual(COMPLETED);
    const fourth = await gateway.capturing({ capture_id: 'c4' });
    fourth.close({ capture_id: 'c4' });
    expect(await verdictOf(fourth)).toEqual(COMPLETED);
  });

  it('connections without a capture are not counted', async () => {
    gateway = await Gateway.start({ max_concurrent_captures: 1, max_concurrent_captures_per_user: 1 });
    await gateway.connect();
    expect(await completed(await gateway.capturing())).toEqual(COMPLETED);
  });
});

describe(quote('their bytes in all captures of a server process'), () => {
  const LIMITS = { max_buffered_bytes: 3_000, max_frame_bytes: 2_000 };

  /** Two captures of which the first holds 2,000 bytes, that nobody acknowledges. */
  async function shared(): Promise<[CaptureSocketClient, CaptureSocketClient]> {
    const first = await capturing(LIMITS);
    const second = await gateway.capturing({ capture_id: 'c2' });
    gateway.extractor.answers = 'when told';
    await send(first, 2_000);
    return [first, second];
  }

  it('as many', async () => {
    const [, second] = await shared();
    const accepted = gateway.next('frame_bytes');
    second.frame(1, jpegOf(1_000), { capture_id: 'c2' });
    await accepted;
    expect(gateway.repository.held_bytes).toBe(3_000);
  });

  it('one more, which finds room when another capture gives it up', async () => {
    const [, second] = await shared();
    const announced = gateway.next('capture.frame_meta');
    const paused = gateway.paused();
    second.frame(1, jpegOf(1_001), { capture_id: 'c2' });
    await announced;
    await paused;
    gateway.extractor.streams[0]?.acknowledge();
    const accepted = gateway.next('frame_bytes');
    await gateway.clock.pass(1_000);
    await accepted;
    expect(gateway.repository.held_bytes).toBe(1_001);
  });

  it('one more, which finds none within 2 s', async () => {
    const [, second] = await shared();
    const announced = gateway.next('capture.frame_meta');
    second.text(metaMessage(1, 1_001, { capture_id: 'c2' }));
    await announced;
    gateway.clock.advance(2_050);
    expect(await verdictOf(second)).toEqual(aborted('limit_forward_buffer_exceeded'));
  });

  it('what an aborted capture held is free again', async () => {
    const [first, second] = await shared();
    first.socket.terminate();
    await gateway.next('disconnected');
    gateway.extractor.streams[0]?.acknowledge();
    const accepted = gateway.next('frame_bytes');
    second.frame(1, jpegOf(2_000), { capture_id: 'c2' });
    await accepted;
    expect(gateway.repository.held_bytes).toBe(2_000);
  });
});

describe(
  quote(
    'An open counts for its user and its session, and holds its `capture_id`, only once its session is found active',
  ),
  () => {
    /** Opens whose sessions are still being asked for. */
    async function asking(...overrides: Parameters<CaptureSocketClient['open']>[0][]): Promise<CaptureSocketClient[]> {
      const clients: CaptureSocketClient[] = [];
      for (const override of overrides) {
        const [client, asked] = [await gateway.connect(), gateway.sessions.next()];
        client.open(override);
        await asked;
        clients.push(client);
      }
      return clients;
    }

    /** A capture of this user that the extractor has accepted, while others are still being asked for. */
    async function capturingMeanwhile(): Promise<CaptureSocketClient> {
      gateway.sessions.answers = 'active';
      const client = await gateway.capturing();
      gateway.sessions.answers = 'when told';
      return client;
    }

    beforeEach(async () => {
      gateway = await Gateway.start();
      gateway.sessions.answers = 'when told';
    });

    it("opens in a user's name with made-up sessions keep the user from nothing", async () => {
      const made_up = Array.from({ length: 10 }, (_, n) => ({ capture_id: `x${n}`, session_id: `made up ${n}` }));
      const attackers = await asking(...made_up);
      const client = await capturingMeanwhile();
      for (const attacker of attackers) {
        gateway.sessions.answer('invalid');
        expect(await verdictOf(attacker)).toEqual(aborted('session_invalid'));
      }
      expect(await completed(client)).toEqual(COMPLETED);
    });

    it("nor do opens with the user's capture_id", async () => {
      const [attacker] = await asking({ user_id: 'u2', session_id: 'made up' });
      const client = await capturingMeanwhile();
      gateway.sessions.answer('invalid');
      expect(await verdictOf(attacker as CaptureSocketClient)).toEqual(aborted('session_invalid'));
      expect(await completed(client)).toEqual(COMPLETED);
    });

    it('of opens that are asked for at once as many run as may, whichever is answered first', async () => {
      const clients = await asking(...[1, 2, 3].map((n) => ({ capture_id: `c${n}` })));
      clients.forEach(() => gateway.sessions.answer('active'));
      expect(await verdictOf(clients[2] as CaptureSocketClient)).toEqual(aborted('limit_concurrent_captures_exceeded'));
      for (const [n, client] of clients.slice(0, 2).entries()) {
        client.close({ capture_id: `c${n + 1}` });
        expect(await verdictOf(client)).toEqual(COMPLETED);
      }
    });

    it('of two with one capture_id the second is refused, and the process runs no more than it may', async () => {
      const [first, second] = await asking({}, { user_id: 'u2' });
      [first, second].forEach(() => gateway.sessions.answer('active'));
      expect(await verdictOf(second as CaptureSocketClient)).toEqual(aborted('protocol_violation'));
      expect(await completed(first as CaptureSocketClient)).toEqual(COMPLETED);
    });

    it('a session that ends meanwhile ends the open', async () => {
      const [client] = await asking({});
      expect(gateway.app.get(CaptureService).closeSession('u1', 's1')).toBe(1);
      expect(await verdictOf(client as CaptureSocketClient)).toEqual(aborted('session_closed'));
    });
  },
);

describe('one address', () => {
  it(quote('opens from an address to a server process'), async () => {
    gateway = await Gateway.start({ max_opens_per_address_per_minute: 2 });
    for (const expected of [COMPLETED, COMPLETED, aborted('limit_concurrent_captures_exceeded')]) {
      const client = await gateway.connect();
      client.open();
      expect(await completed(client)).toEqual(expected);
    }
    gateway.clock.advance(60_000);
    const client = await gateway.connect();
    client.open();
    expect(await completed(client)).toEqual(COMPLETED);
  });

  it(quote('connections from an address to a server process'), async () => {
    gateway = await Gateway.start({ max_connections_per_address: 2 });
    await expectRoomForTwo();
  });

  it(quote('connections to a server process'), async () => {
    gateway = await Gateway.start({ max_connections: 2 });
    await expectRoomForTwo();
  });

  async function expectRoomForTwo(): Promise<void> {
    const first = await gateway.connect();
    await gateway.connect();
    await expect(gateway.connect()).rejects.toThrow('503');
    first.socket.terminate();
    await gateway.next('disconnected');
    await gateway.connect();
    await expect(gateway.connect()).rejects.toThrow('503');
  }
});

describe('frame_inspection', () => {
  const png = jpegOf().fill(Buffer.from('89504e470d0a1a0a', 'hex'), 0, 8);

  it.each([
    ['header', aborted('frame_invalid'), []],
    ['off', COMPLETED, [png]],
  ] as const)('%s', async (frame_inspection, verdict, payloads) => {
    const client = await capturing({ frame_inspection });
    client.frame(1, png);
    expect(await completed(client)).toEqual(verdict);
    expect(gateway.extractor.stream.frames.map(({ payload }) => payload)).toEqual(payloads);
  });
});
