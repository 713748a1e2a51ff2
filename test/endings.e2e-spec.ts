import type { CaptureLimits } from '@a3cp/capture-domain';
import type { CaptureErrorCode } from '@a3cp/capture-protocol';
import { type CaptureSocketClient, metaMessage, openMessage } from '@a3cp/testing';
import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { Gateway } from './support/gateway.js';
import { jpegOf } from './support/jpeg.js';
import {
  abortMessage,
  capturing,
  expectAbort,
  expectNothingLeft,
  expectOwnWords,
  MALFORMED,
  NOT_JSON,
  OFFENDING,
  OPEN,
  PLANTED,
  planted,
} from './support/known-capture.js';
import { quote } from './support/protocol.js';
import { aborted, closedWith, COMPLETED, completed, verdictOf } from './support/verdict.js';

type Act = (client: CaptureSocketClient) => void;

let gateway: Gateway;

afterEach(() => gateway.stop());

describe('before the open', () => {
  beforeEach(async () => {
    gateway = await Gateway.start();
  });

  /** The server neither asked nor told anyone. */
  async function expectRejection(client: CaptureSocketClient, code: number, word: string): Promise<void> {
    expect(await verdictOf(client)).toEqual(closedWith(code, word));
    await expectOwnWords(client);
    expect(gateway.sessions.asked).toBe(0);
    expect(gateway.extractor.streams).toEqual([]);
    expectNothingLeft(gateway);
  }

  describe(quote('text that is not JSON | no | 1003'), () => {
    it.each(NOT_JSON)('%s', async (_what, text) => {
      const client = await gateway.connect();
      client.text(text);
      await expectRejection(client, 1003, 'malformed_json');
    });
  });

  describe(quote('JSON that is not an object, or breaks its schema, or text over 16,384 bytes | no | 1008'), () => {
    it.each(MALFORMED)('%s', async (_what, text) => {
      const client = await gateway.connect();
      client.text(text);
      await expectRejection(client, 1008, 'schema_violation');
    });
  });

  describe(quote('anything but a valid `capture.open` as the first message | no | 1008'), () => {
    it.each<[string, Act]>([
      ['capture.frame_meta', (client) => client.text(metaMessage(1, 1_000, planted))],
      ['capture.close', (client) => client.close(planted)],
      ['bytes', (client) => client.bytes(jpegOf())],
      ['a capture.open as binary', (client) => client.bytes(Buffer.from(JSON.stringify(OPEN)))],
      [
        'a frame, and the open too late',
        (client) => {
          client.frame(1);
          client.text(OPEN);
        },
      ],
    ])('%s', async (_what, act) => {
      const client = await gateway.connect();
      act(client);
      await expectRejection(client, 1008, 'protocol_violation');
    });
  });

  it(quote('no `capture.open` within 10 s | no | 1008'), async () => {
    const client = await gateway.connect();
    gateway.clock.advance(10_050);
    await expectRejection(client, 1008, 'open_timeout');
  });

  describe(quote('a message larger than the transport allows | no | 1009'), () => {
    it.each<[string, Act]>([
      ['binary', (client) => client.bytes(jpegOf(300_001))],
      ['text', (client) => client.text('x'.repeat(300_001))],
    ])('%s', async (_what, act) => {
      const client = await gateway.connect();
      act(client);
      expect(await verdictOf(client)).toEqual(closedWith(1009, ''));
      expectNothingLeft(gateway);
    });
  });

  it(quote('something inside the server broke | no | 1011'), async () => {
    const client = await gateway.connect();
    jest.spyOn(gateway.clock, 'now').mockImplementationOnce(() => {
      throw new Error(PLANTED);
    });
    client.text(OPEN);
    await expectRejection(client, 1011, 'internal_error');
  });

  it(`${quote('the server is shutting down | `server_shutdown` if a capture was open | 1001')}: none was`, async () => {
    const client = await gateway.connect();
    const stopped = gateway.stopping();
    await expectRejection(client, 1001, 'server_shutdown');
    await stopped;
  });
});

describe(
  quote(
    'an open over a limit, with a session that is not active, or for a `capture_id` that is being captured | yes | 1000',
  ),
  () => {
    interface Refusal {
      readonly what: string;
      readonly error_code: CaptureErrorCode;
      readonly limits?: Partial<CaptureLimits>;
      readonly overrides?: Parameters<typeof openMessage>[0];
      /** Done before the open is sent. */
      readonly given?: () => unknown;
    }

    it.each<Refusal>([
      { what: 'fps_target 16', error_code: 'limit_fps_exceeded', overrides: { fps_target: 16 } },
      { what: 'width 641', error_code: 'limit_resolution_exceeded', overrides: { width: 641 } },
      {
        what: 'a session that is closed',
        error_code: 'session_closed',
        given: () => (gateway.sessions.answers = 'closed'),
      },
      {
        what: 'a session that is invalid',
        error_code: 'session_invalid',
        given: () => (gateway.sessions.answers = 'invalid'),
      },
      {
        what: 'a session_manager that is away',
        error_code: 'session_unavailable',
        given: () => (gateway.sessions.answers = 'unavailable'),
      },
      {
        what: 'a validator that throws',
        error_code: 'session_unavailable',
        given: () =>
          jest.spyOn(gateway.sessions, 'validate').mockImplementation(() => {
            throw new Error(PLANTED);
          }),
      },
      {
        what: 'an extractor that refuses',
        error_code: 'forward_failed',
        given: () => (gateway.extractor.opens = 'refused'),
      },
      {
        what: 'a forwarder that throws',
        error_code: 'forward_failed',
        given: () =>
          jest.spyOn(gateway.extractor, 'open').mockImplementation(() => {
            throw new Error(PLANTED);
          }),
      },
    ])('$what: $error_code', async ({ error_code, overrides, given }) => {
      gateway = await Gateway.start();
      given?.();
      const client = await gateway.connect();
      client.text({ ...OPEN, ...overrides });
      await expectAbort(gateway, client, error_code);
      expect(gateway.extractor.streams).toEqual([]);
    });

    it.each<Refusal>([
      {
        what: 'a capture_id that is being captured',
        error_code: 'protocol_violation',
        overrides: { capture_id: 'c1', user_id: 'u2' },
      },
      {
        what: 'one capture too many',
        error_code: 'limit_concurrent_captures_exceeded',
        limits: { max_concurrent_captures: 1 },
      },
      {
        what: 'one capture of a user too many',
        error_code: 'limit_concurrent_captures_exceeded',
        limits: { max_concurrent_captures_per_user: 1 },
      },
      {
        what: 'one capture of a session too many',
        error_code: 'limit_concurrent_captures_exceeded',
        limits: { max_concurrent_captures_per_session: 1 },
      },
      {
        what: 'one open from an address too many',
        error_code: 'limit_concurrent_captures_exceeded',
        limits: { max_opens_per_address_per_minute: 1 },
      },
    ])('$what: $error_code, and the capture that runs goes on', async ({ error_code, limits, overrides }) => {
      gateway = await Gateway.start(limits);
      const running = await capturing(gateway);
      const client = await gateway.connect();
      const second = openMessage({ capture_id: PLANTED, record_id: OFFENDING, ...overrides });
      client.text(second);
      expect(await verdictOf(client)).toEqual(aborted(error_code));
      await expectOwnWords(client);
      const { schema_version, record_id, user_id, session_id, capture_id } = second;
      const identity = { schema_version, record_id, user_id, session_id, capture_id, modality: null };
      expect(client.messages).toEqual([{ ...abortMessage(gateway, error_code), ...identity }]);
      expect(await completed(running)).toEqual(COMPLETED);
      expect(gateway.extractor.stream.ends).toMatchObject([{ event: 'capture.close', frame_count: 2 }]);
      expectNothingLeft(gateway);
    });
  },
);
