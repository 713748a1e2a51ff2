import { at, type CaptureSocketClient, closeMessage, metaMessage } from '@a3cp/testing';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { Gateway } from './support/gateway.js';
import { jpegOf } from './support/jpeg.js';
import {
  abortEnd,
  capturing,
  expectAbort,
  expectEnd,
  META_1,
  OFFENDING,
  OPEN,
  PLANTED,
  planted,
} from './support/known-capture.js';
import { quote } from './support/protocol.js';
import { COMPLETED, verdictOf } from './support/verdict.js';

type Act = (client: CaptureSocketClient) => void;

/** A PNG's first bytes, in the length of a frame. */
const PNG = jpegOf().fill(Buffer.from('89504e470d0a1a0a', 'hex'), 0, 8);

let gateway: Gateway;

beforeEach(async () => {
  gateway = await Gateway.start();
});

afterEach(() => gateway.stop());

/** The next frame's meta, or one that breaks a rule. */
function meta(overrides: Partial<ReturnType<typeof metaMessage>> = {}): ReturnType<typeof metaMessage> {
  return metaMessage(3, 1_000, { record_id: OFFENDING, ...planted, ...overrides });
}

function close(overrides: Partial<ReturnType<typeof closeMessage>> = {}): ReturnType<typeof closeMessage> {
  return closeMessage({ record_id: OFFENDING, ...planted, ...overrides });
}

/** A meta in good order, and in place of its bytes something else. */
function instead(act: Act): Act {
  return (client) => {
    client.text(metaMessage(3, 1_000));
    act(client);
  };
}

describe(quote('a message that is not due, not of this capture, or out of order | `protocol_violation` | 1000'), () => {
  it.each<[string, Act]>([
    ['a second open', (client) => client.open({ record_id: OFFENDING, ...planted })],
    ['seq 4 where 3 is due', (client) => client.text(meta({ seq: 4 }))],
    ['seq 2 again', (client) => client.text(meta({ seq: 2 }))],
    ['seq 1 again', (client) => client.text(meta({ seq: 1 }))],
    ['an open while bytes are due', instead((client) => client.open({ record_id: OFFENDING, ...planted }))],
    ['the next meta while bytes are due', instead((client) => client.text(meta({ seq: 4 })))],
    ['a meta again while bytes are due', instead((client) => client.text(meta()))],
    ['a close while bytes are due', instead((client) => client.text(close()))],
    ['a meta of another capture', (client) => client.text(meta({ capture_id: PLANTED }))],
    ['a meta of another user', (client) => client.text(meta({ user_id: PLANTED }))],
    ['a meta of another session', (client) => client.text(meta({ session_id: PLANTED }))],
    ['a meta of an identifier in another case', (client) => client.text(meta({ user_id: 'U1' }))],
    ['a close of another capture', (client) => client.text(close({ capture_id: PLANTED }))],
    ['a close of another user', (client) => client.text(close({ user_id: PLANTED }))],
    ['a close of another session', (client) => client.text(close({ session_id: PLANTED }))],
    ['a timestamp_frame before the frame before', (client) => client.text(meta({ timestamp_frame: at(66) }))],
    ['a timestamp_end before the last frame', (client) => client.text(close({ timestamp_end: at(66) }))],
  ])('%s', async (_what, act) => {
    const client = await capturing(gateway);
    act(client);
    await expectAbort(gateway, client, 'protocol_violation', OFFENDING);
    expectEnd(gateway, abortEnd('protocol_violation', OFFENDING));
  });

  const used = [
    ['of the open', OPEN.record_id],
    ['of the open, in another case', OPEN.record_id.toUpperCase()],
    ['of a meta', META_1.record_id],
    ['of a meta, in another case', META_1.record_id.toUpperCase()],
  ] as const;

  it.each(
    used.flatMap(([whose, record_id]): [string, string, object][] => [
      [`a meta with the record_id ${whose}`, record_id, meta({ record_id })],
      [`a close with the record_id ${whose}`, record_id, close({ record_id })],
    ]),
  )('%s', async (_what, record_id, message) => {
    const client = await capturing(gateway);
    client.text(message);
    await expectAbort(gateway, client, 'protocol_violation', record_id);
    expectEnd(gateway, abortEnd('protocol_violation', record_id));
  });

  it.each<[string, Act]>([
    ['bytes without a meta', (client) => client.bytes(jpegOf())],
    ['bytes a byte shorter than announced', instead((client) => client.bytes(jpegOf(999)))],
    ['bytes a byte longer than announced', instead((client) => client.bytes(jpegOf(1_001)))],
    ['no bytes at all, as a message', instead((client) => client.bytes(Buffer.alloc(0)))],
  ])('%s, which have no record_id: that of the open', async (_what, act) => {
    const client = await capturing(gateway);
    act(client);
    await expectAbort(gateway, client, 'protocol_violation');
    expectEnd(gateway, abortEnd('protocol_violation'));
  });

  it.each<[string, object]>([
    ['a timestamp_frame before the start', meta({ seq: 1, timestamp_frame: at(-1) })],
    ['a timestamp_end before the start', close({ timestamp_end: at(-1) })],
  ])('%s', async (_what, message) => {
    const client = await capturing(gateway, 0);
    client.text(message);
    await expectAbort(gateway, client, 'protocol_violation', OFFENDING);
    expect(gateway.extractor.stream.ends).toEqual([abortEnd('protocol_violation', OFFENDING, 0)]);
  });

  it('but not: times that stand still, an identity in full, an identity left out, a record_id of another connection', async () => {
    const other = await gateway.capturing({ capture_id: 'c2', record_id: OFFENDING });
    const client = await capturing(gateway);
    const accepted = gateway.next('frame_bytes');
    client.text(meta({ timestamp_frame: at(67), user_id: 'u1', session_id: 's1' }));
    client.bytes(jpegOf());
    await accepted;
    client.close({ timestamp_end: at(67), user_id: null, session_id: null });
    expect(await verdictOf(client)).toEqual(COMPLETED);
    other.close({ capture_id: 'c2' });
    expect(await verdictOf(other)).toEqual(COMPLETED);
  });
});

describe(
  quote('a limit or a timer passed, a wrong picture, downstream overflow or failure, session gone | yes | 1000'),
  () => {
    it('a frame over 300,000 bytes', async () => {
      const client = await capturing(gateway);
      client.text(meta({ byte_length: 300_001 }));
      await expectAbort(gateway, client, 'limit_frame_bytes_exceeded', OFFENDING);
      expectEnd(gateway, abortEnd('limit_frame_bytes_exceeded', OFFENDING));
    });

    it('a capture that is not closed within 15 s', async () => {
      const client = await capturing(gateway);
      client.text(close({ timestamp_end: at(15_001) }));
      await expectAbort(gateway, client, 'limit_duration_exceeded', OFFENDING);
      expectEnd(gateway, abortEnd('limit_duration_exceeded', OFFENDING));
    });

    it('a client that is silent', async () => {
      const client = await capturing(gateway);
      gateway.clock.advance(8_100);
      await expectAbort(gateway, client, 'protocol_violation');
      expectEnd(gateway, abortEnd('protocol_violation'));
    });

    it.each([
      ['a PNG', PNG],
      ['a JPEG of another size', jpegOf(1_000, 320, 240)],
      ['a JPEG turned', jpegOf(1_000, 480, 640)],
      [
        'a JPEG that ends before its size',
        Buffer.concat([Buffer.from([0xff, 0xd8, 0xff, 0xfe, 0x03, 0xe4]), PNG.subarray(6)]),
      ],
    ])('bytes that are %s', async (_what, bytes) => {
      const client = await capturing(gateway);
      instead(() => client.bytes(bytes))(client);
      await expectAbort(gateway, client, 'frame_invalid');
      expectEnd(gateway, abortEnd('frame_invalid'));
    });
  },
);
