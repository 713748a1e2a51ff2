import type { CaptureSocketClient } from '@a3cp/testing';
import { afterEach, describe, expect, it, jest } from '@jest/globals';
import { randomUUID } from 'node:crypto';
import { Gateway } from './support/gateway.js';
import { quote } from './support/protocol.js';
import { aborted, COMPLETED, completed, verdictOf } from './support/verdict.js';

const TICK_MS = 50;

let gateway: Gateway;

afterEach(() => gateway.stop());

/** A client whose open has brought session_manager its question, which is not answered yet. */
async function asking(): Promise<CaptureSocketClient> {
  gateway = await Gateway.start();
  gateway.sessions.answers = 'when told';
  const client = await gateway.connect();
  const asked = gateway.sessions.next();
  client.open();
  await asked;
  return client;
}

/** A running capture whose client may be silent. */
async function silent(): Promise<CaptureSocketClient> {
  gateway = await Gateway.start({ silence_timeout_ms: 60_000 });
  return gateway.capturing();
}

describe(
  quote(
    'At the open, then every 5 s, the server asks session_manager whether `session_id` is an active session of `user_id`',
  ),
  () => {
    it.each([
      ['closed', 'session_closed'],
      ['invalid', 'session_invalid'],
      ['unavailable', 'session_unavailable'],
    ] as const)('%s: %s, and nothing goes downstream', async (status, error_code) => {
      const client = await asking();
      const extractor = jest.spyOn(gateway.extractor, 'open');
      gateway.sessions.answer(status);
      expect(await verdictOf(client)).toEqual(aborted(error_code));
      expect(extractor).not.toHaveBeenCalled();
      expect(gateway.repository.size).toBe(0);
    });

    it('active: and only then the extractor is asked', async () => {
      const client = await asking();
      const extractor = jest.spyOn(gateway.extractor, 'open');
      await gateway.clock.pass(TICK_MS);
      expect(extractor).not.toHaveBeenCalled();
      gateway.sessions.answer('active');
      expect(await completed(client)).toEqual(COMPLETED);
      expect(extractor).toHaveBeenCalledTimes(1);
    });

    it('with both identifiers exactly as the client sent them', async () => {
      gateway = await Gateway.start({ silence_timeout_ms: 60_000 });
      const validate = jest.spyOn(gateway.sessions, 'validate');
      const client = await gateway.capturing({ user_id: ' Zoë ', session_id: 'sess/1?x=é' });
      await gateway.clock.pass(5_000 + TICK_MS);
      expect(validate.mock.calls).toEqual([
        [' Zoë ', 'sess/1?x=é', 'open'],
        [' Zoë ', 'sess/1?x=é', 'recheck'],
      ]);
      expect(await completed(client)).toEqual(COMPLETED);
    });

    it('not again for the client that sends frames', async () => {
      gateway = await Gateway.start();
      const client = await gateway.capturing();
      client.frame(1);
      client.frame(2);
      expect(await completed(client)).toEqual(COMPLETED);
      expect(gateway.sessions.asked).toBe(1);
    });
  },
);

describe(quote('`capture.open` has no answer: a client need not wait before it sends its first frame'), () => {
  it('frames sent before the session is found active reach the extractor after it', async () => {
    const client = await asking();
    const extractor = jest.spyOn(gateway.extractor, 'open');
    client.frame(1);
    client.frame(2);
    client.close();
    // a second connection that gets through proves that the server had its time to read the first one
    const witness = await gateway.connect();
    witness.text('hello');
    expect((await witness.closed).code).toBe(1003);
    expect(extractor).not.toHaveBeenCalled();
    gateway.sessions.answer('active');
    expect(await verdictOf(client)).toEqual(COMPLETED);
    expect(gateway.extractor.stream.calls).toEqual(['frame', 'frame', 'end']);
    expect(gateway.extractor.stream.frames.map(({ seq }) => seq)).toEqual([1, 2]);
  });

  it.each([
    ['closed', 'session_closed'],
    ['invalid', 'session_invalid'],
    ['unavailable', 'session_unavailable'],
  ] as const)('and of a session that is %s go nowhere', async (status, error_code) => {
    const client = await asking();
    client.frame(1);
    client.close();
    gateway.sessions.answer(status);
    expect(await verdictOf(client)).toEqual(aborted(error_code));
    expect(gateway.extractor.streams).toEqual([]);
  });
});

describe(
  quote('`session_timeout_ms` | 2,000 | session_manager does not answer at the open: `session_unavailable`'),
  () => {
    it('is not over at 2,000 ms', async () => {
      const client = await asking();
      gateway.clock.advance(2_000);
      gateway.sessions.answer('active');
      expect(await completed(client)).toEqual(COMPLETED);
    });

    it('is over after them, and an answer that comes later changes nothing', async () => {
      const client = await asking();
      gateway.clock.advance(2_000 + TICK_MS);
      gateway.sessions.answer('active');
      expect(await verdictOf(client)).toEqual(aborted('session_unavailable'));
      expect(gateway.extractor.streams).toEqual([]);
      expect(gateway.repository.size).toBe(0);
    });
  },
);

describe(quote('`session_check_interval_ms` | 5,000 | during a capture, the session is checked again'), () => {
  it('every 5,000 ms', async () => {
    const client = await silent();
    for (let checks = 1; checks <= 3; checks++) {
      await gateway.clock.pass(5_000 - TICK_MS);
      expect(gateway.sessions.asked).toBe(checks);
      await gateway.clock.pass(TICK_MS);
      expect(gateway.sessions.asked).toBe(checks + 1);
    }
    expect(await completed(client)).toEqual(COMPLETED);
  });

  it(quote('The first time it is up to half of that earlier, by chance'), async () => {
    gateway = await Gateway.start({ silence_timeout_ms: 60_000 });
    for (gateway.chance of [0, 0.5, 0.99]) {
      await gateway.capturing({ capture_id: randomUUID(), session_id: randomUUID() });
    }
    const asked_at: number[] = [];
    for (let ms = TICK_MS; ms <= 10_000; ms += TICK_MS) {
      await gateway.clock.pass(TICK_MS);
      while (3 + asked_at.length < gateway.sessions.asked) asked_at.push(ms);
    }
    expect(asked_at).toEqual([2_550, 3_750, 5_000, 7_550, 8_750, 10_000]);
  });

  it.each([
    ['closed', 'session_closed'],
    ['invalid', 'session_invalid'],
  ] as const)('%s: %s', async (status, error_code) => {
    const client = await silent();
    const accepted = gateway.next('frame_bytes');
    client.frame(1);
    await accepted;
    gateway.sessions.answers = status;
    await gateway.clock.pass(5_000);
    expect(await verdictOf(client)).toEqual(aborted(error_code));
    expect(gateway.extractor.stream.ends).toMatchObject([{ error_code, frame_count: 1 }]);
    expect(gateway.repository.size).toBe(0);
  });

  it.each([
    ['closed', 'session_closed'],
    ['invalid', 'session_invalid'],
  ] as const)('%s while the last frames are being delivered: %s', async (status, error_code) => {
    const client = await silent();
    gateway.sessions.answers = 'when told';
    gateway.extractor.answers = 'when told';
    gateway.clock.advance(5_000);
    const closing = gateway.next('capture.close');
    client.frame(1);
    client.close();
    await closing;
    gateway.sessions.answer(status);
    expect(await verdictOf(client)).toEqual(aborted(error_code));
  });

  it('frames go on while the answer is awaited', async () => {
    const client = await silent();
    gateway.sessions.answers = 'when told';
    gateway.clock.advance(5_000);
    const forwarded = gateway.extractor.next('frame');
    client.frame(1);
    await forwarded;
    gateway.sessions.answer('active');
    expect(await completed(client)).toEqual(COMPLETED);
  });
});

describe(quote('During the capture one unanswered check is not the end: it is repeated every second for 10 s.'), () => {
  it('one unanswered check is not the end', async () => {
    const client = await silent();
    gateway.sessions.answers = 'unavailable';
    await gateway.clock.pass(5_000);
    expect(gateway.sessions.asked).toBe(2);
    gateway.sessions.answers = 'active';
    await gateway.clock.pass(1_000);
    expect(gateway.sessions.asked).toBe(3);
    // and all is as it was: the next check is 5 s after the one that was answered
    await gateway.clock.pass(5_000 - TICK_MS);
    expect(gateway.sessions.asked).toBe(3);
    await gateway.clock.pass(TICK_MS);
    expect(gateway.sessions.asked).toBe(4);
    expect(await completed(client)).toEqual(COMPLETED);
  });

  it(quote('`session_retry_interval_ms` | 1,000 | an unanswered check is repeated'), async () => {
    const client = await silent();
    gateway.sessions.answers = 'unavailable';
    await gateway.clock.pass(5_000);
    for (let checks = 2; checks <= 5; checks++) {
      expect(gateway.sessions.asked).toBe(checks);
      await gateway.clock.pass(1_000 - TICK_MS);
      expect(gateway.sessions.asked).toBe(checks);
      await gateway.clock.pass(TICK_MS);
    }
    expect(await completed(client)).toEqual(COMPLETED);
  });

  it('a check that hangs is given up after session_timeout_ms and asked again', async () => {
    const client = await silent();
    gateway.sessions.answers = 'when told';
    await gateway.clock.pass(5_000 + 2_000);
    expect(gateway.sessions.asked).toBe(2);
    await gateway.clock.pass(2 * TICK_MS);
    expect(gateway.sessions.asked).toBe(3);
    expect(await completed(client)).toEqual(COMPLETED);
  });

  describe(
    quote('`session_silence_ms` | 10,000 | no answer since the first unanswered check: `session_unavailable`'),
    () => {
      it('is not over at 10,000 ms', async () => {
        const client = await silent();
        gateway.sessions.answers = 'unavailable';
        await gateway.clock.pass(15_000 - TICK_MS);
        gateway.sessions.answers = 'active';
        await gateway.clock.pass(TICK_MS);
        expect(gateway.sessions.asked).toBe(12);
        await gateway.clock.pass(TICK_MS);
        expect(await completed(client)).toEqual(COMPLETED);
      });

      it('is over after them', async () => {
        const client = await silent();
        gateway.sessions.answers = 'unavailable';
        await gateway.clock.pass(15_000);
        expect(gateway.extractor.stream.ends).toEqual([]);
        await gateway.clock.pass(TICK_MS);
        expect(await verdictOf(client)).toEqual(aborted('session_unavailable'));
        expect(gateway.extractor.stream.ends).toMatchObject([{ error_code: 'session_unavailable' }]);
      });

      it('begins anew after an answer', async () => {
        const client = await silent();
        gateway.sessions.answers = 'unavailable';
        await gateway.clock.pass(5_000);
        gateway.sessions.answers = 'active';
        await gateway.clock.pass(1_000);
        gateway.sessions.answers = 'unavailable';
        await gateway.clock.pass(5_000 + 10_000);
        expect(gateway.extractor.stream.ends).toEqual([]);
        await gateway.clock.pass(TICK_MS);
        expect(await verdictOf(client)).toEqual(aborted('session_unavailable'));
      });

      it('is over also for a session_manager that never answers', async () => {
        const client = await silent();
        gateway.sessions.answers = 'when told';
        await gateway.clock.pass(15_000);
        expect(gateway.extractor.stream.ends).toEqual([]);
        await gateway.clock.pass(TICK_MS);
        expect(await verdictOf(client)).toEqual(aborted('session_unavailable'));
      });
    },
  );
});
