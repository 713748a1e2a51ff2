import { type CaptureSocketClient, metaMessage } from '@a3cp/testing';
import { afterEach, describe, expect, it, jest } from '@jest/globals';
import { Gateway } from './support/gateway.js';
import { jpegOf } from './support/jpeg.js';
import { quote } from './support/protocol.js';
import { aborted, COMPLETED, completed, verdictOf } from './support/verdict.js';

/** The server looks at its clock each 50 ms: at one look it sees that bytes have arrived, at a later one that none have. */
const TWO_TICKS_MS = 100;

let gateway: Gateway;

afterEach(() => gateway.stop());

/** A capture whose session is asked for at its open, and after that only because its client is late. */
async function capturing(silence_timeout_ms = 8_000): Promise<CaptureSocketClient> {
  gateway = await Gateway.start({ session_check_interval_ms: 60_000, silence_timeout_ms });
  return gateway.capturing();
}

interface Lateness {
  readonly timer: string;
  readonly error_code: 'protocol_violation' | 'limit_duration_exceeded';
  /** A client that is late if it does nothing for more than `ms`. */
  readonly begin: () => Promise<CaptureSocketClient>;
  readonly ms: number;
  /** What it owes. */
  readonly late: (client: CaptureSocketClient) => void;
}

const LATENESSES: Lateness[] = [
  {
    timer: 'silence_timeout_ms, while bytes are due',
    error_code: 'protocol_violation',
    begin: async () => {
      const client = await capturing();
      const announced = gateway.next('capture.frame_meta');
      client.text(metaMessage(1, 1_000));
      await announced;
      return client;
    },
    ms: 8_000,
    late: (client) => client.bytes(jpegOf()),
  },
  {
    timer: 'silence_timeout_ms',
    error_code: 'protocol_violation',
    begin: () => capturing(),
    ms: 8_000,
    late: (client) => client.frame(1),
  },
  {
    timer: "the duration on the server's clock",
    error_code: 'limit_duration_exceeded',
    begin: () => capturing(60_000),
    ms: 25_000,
    late: (client) => client.close(),
  },
];

describe(
  quote(
    "Before a client's silence or slowness aborts a capture (`silence_timeout_ms`, the duration on the server's clock), the server stops reading and checks the session once more. If the session is not active, that is the reason reported.",
  ),
  () => {
    describe.each(LATENESSES)('$timer', ({ begin, ms, error_code, late }) => {
      it(`is not over at ${ms} ms, and nothing is asked`, async () => {
        const client = await begin();
        await gateway.clock.pass(ms);
        expect(gateway.sessions.asked).toBe(1);
        late(client);
        if (error_code === 'protocol_violation') client.close();
        expect(await verdictOf(client)).toEqual(COMPLETED);
      });

      it('is over after them: the session is asked for once more', async () => {
        const client = await begin();
        const validate = jest.spyOn(gateway.sessions, 'validate');
        await gateway.clock.pass(ms + TWO_TICKS_MS);
        expect(await verdictOf(client)).toEqual(aborted(error_code));
        expect(validate.mock.calls).toEqual([['u1', 's1', 'recheck']]);
        expect(gateway.extractor.stream.ends).toMatchObject([{ error_code }]);
      });

      it.each([
        ['closed', 'session_closed'],
        ['invalid', 'session_invalid'],
        ['unavailable', error_code],
      ] as const)('where the session is %s: %s', async (status, reported) => {
        const client = await begin();
        gateway.sessions.answers = status;
        await gateway.clock.pass(ms + TWO_TICKS_MS);
        expect(await verdictOf(client)).toEqual(aborted(reported));
        expect(gateway.extractor.stream.ends).toMatchObject([{ error_code: reported }]);
        expect(gateway.repository.size).toBe(0);
      });

      it('where session_manager takes 2 s to answer', async () => {
        const client = await begin();
        gateway.sessions.answers = 'when told';
        await gateway.clock.pass(ms + TWO_TICKS_MS);
        await gateway.clock.pass(2_000 - TWO_TICKS_MS);
        expect(gateway.extractor.stream.ends).toEqual([]);
        gateway.sessions.answer('closed');
        expect(await verdictOf(client)).toEqual(aborted('session_closed'));
      });

      it('where session_manager takes longer', async () => {
        const client = await begin();
        gateway.sessions.answers = 'when told';
        await gateway.clock.pass(ms + TWO_TICKS_MS);
        await gateway.clock.pass(2_000 + TWO_TICKS_MS);
        expect(await verdictOf(client)).toEqual(aborted(error_code));
        expect(gateway.sessions.asked).toBe(2);
      });

      it('what comes while it is asked comes too late', async () => {
        const client = await begin();
        gateway.sessions.answers = 'when told';
        await gateway.clock.pass(ms + TWO_TICKS_MS);
        const paused = gateway.paused();
        late(client);
        await paused;
        gateway.sessions.answer('active');
        expect(await verdictOf(client)).toEqual(aborted(error_code));
        expect(gateway.extractor.stream.calls).toEqual(['end']);
      });
    });

    it('a check that is under way already is that question', async () => {
      gateway = await Gateway.start({ session_check_interval_ms: 8_000 });
      const client = await gateway.capturing();
      gateway.sessions.answers = 'when told';
      await gateway.clock.pass(8_000 + TWO_TICKS_MS);
      expect(gateway.sessions.asked).toBe(2);
      gateway.sessions.answer('closed');
      expect(await verdictOf(client)).toEqual(aborted('session_closed'));
      expect(gateway.sessions.asked).toBe(2);
    });
  },
);

it(quote("added to `max_duration_ms` on the server's own clock, since the capture is accepted"), async () => {
  gateway = await Gateway.start({ silence_timeout_ms: 60_000 });
  gateway.extractor.opens = 'when told';
  const client = await gateway.connect();
  const asked = gateway.extractor.next('open');
  client.open();
  await asked;
  gateway.clock.advance(2_000);
  const accepted = gateway.resumed();
  gateway.extractor.acceptOpen();
  await accepted;
  await gateway.clock.pass(25_000);
  expect(await completed(client)).toEqual(COMPLETED);
});
