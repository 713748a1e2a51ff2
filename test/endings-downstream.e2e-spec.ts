import type { StreamEnd } from '@a3cp/capture-domain';
import { at, type CaptureSocketClient, closeMessage, metaMessage, openMessage } from '@a3cp/testing';
import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { Gateway } from './support/gateway.js';
import { jpegOf } from './support/jpeg.js';
import {
  abortEnd,
  capturing,
  expectAbort,
  expectEnd,
  expectNothingLeft,
  expectOwnWords,
  MALFORMED,
  NOT_JSON,
  PLANTED,
} from './support/known-capture.js';
import { quote } from './support/protocol.js';
import { destroyRawSockets, frameHead, rawWebSocket, textFrame } from './support/raw-socket.js';
import { aborted, closedWith, COMPLETED, completed, verdictOf } from './support/verdict.js';

let gateway: Gateway;

beforeEach(async () => {
  gateway = await Gateway.start();
});

afterEach(async () => {
  destroyRawSockets();
  await gateway.stop();
});

/** The connection was closed without a capture.abort; the extractor has its end nevertheless. */
async function expectRejection(
  client: CaptureSocketClient,
  code: number,
  word: string,
  error_code: StreamEnd['error_code'],
): Promise<void> {
  expect(await verdictOf(client)).toEqual(closedWith(code, word));
  expectEnd(gateway, abortEnd(error_code));
  expectNothingLeft(gateway);
}

/** The stream is lost, and with it the frame in flight. */
function breakStream(): void {
  const { stream } = gateway.extractor;
  stream.break();
  stream.refuse();
}

/** Sends frames of which the extractor answers none. */
async function unanswered(client: CaptureSocketClient, ...seqs: number[]): Promise<void> {
  gateway.extractor.answers = 'when told';
  for (const seq of seqs) {
    const accepted = gateway.next('frame_bytes');
    client.frame(seq);
    await accepted;
  }
}

describe(quote('text that is not JSON or breaks its schema ends it as `protocol_violation`'), () => {
  it.each(NOT_JSON)('not JSON: %s', async (_what, text) => {
    const client = await capturing(gateway);
    client.text(text);
    await expectRejection(client, 1003, 'malformed_json', 'protocol_violation');
    await expectOwnWords(client);
  });

  it.each(MALFORMED)('breaks its schema: %s', async (_what, text) => {
    const client = await capturing(gateway);
    client.text(text);
    await expectRejection(client, 1008, 'schema_violation', 'protocol_violation');
    await expectOwnWords(client);
  });

  it('also where bytes are due', async () => {
    const client = await capturing(gateway);
    client.text(metaMessage(3, 1_000));
    client.text(PLANTED);
    await expectRejection(client, 1003, 'malformed_json', 'protocol_violation');
  });
});

describe(quote('A message larger than the transport allows ends the capture as `limit_frame_bytes_exceeded`'), () => {
  it.each<[string, (client: CaptureSocketClient) => void]>([
    ['binary', (client) => client.frame(3, jpegOf(300_001), { byte_length: 300_000 })],
    ['binary without a meta', (client) => client.bytes(jpegOf(300_001))],
    ['text', (client) => client.text('x'.repeat(300_001))],
  ])('%s', async (_what, act) => {
    const client = await capturing(gateway);
    act(client);
    await expectRejection(client, 1009, '', 'limit_frame_bytes_exceeded');
  });

  it('a frame whose head says more bytes than a number can count', async () => {
    const socket = await rawWebSocket(gateway.port);
    const reading = gateway.resumed();
    socket.write(textFrame(openMessage()));
    await reading;
    const head = frameHead(0x2, 0);
    head.fill(0xff, 2, 10);
    const ended = gateway.extractor.next('end');
    socket.write(head);
    await ended;
    expect(gateway.extractor.stream.ends).toMatchObject([{ error_code: 'limit_frame_bytes_exceeded' }]);
  });
});

describe(quote('Two more codes reach the extractor only'), () => {
  it.each<[string, (client: CaptureSocketClient) => void]>([
    ['closes its WebSocket', (client) => client.socket.close()],
    ['is cut off', (client) => client.socket.terminate()],
    [
      'closes it where bytes are due',
      (client) => {
        client.text(metaMessage(3, 1_000));
        client.socket.close();
      },
    ],
    [
      'sends text that is not UTF-8',
      (client) => client.socket.send(Buffer.from([0x22, 0xff, 0x22]), { binary: false }),
    ],
  ])('client_disconnected, of a client that %s', async (_what, act) => {
    const client = await capturing(gateway);
    const gone = gateway.next('disconnected');
    act(client);
    await gone;
    expectEnd(gateway, abortEnd('client_disconnected'));
    expectNothingLeft(gateway);
    await client.closed;
    expect(client.messages).toEqual([]);
  });

  it('internal_error, where the client is told 1011 and no more', async () => {
    const client = await capturing(gateway);
    jest.spyOn(gateway.clock, 'now').mockImplementationOnce(() => {
      throw new Error(PLANTED);
    });
    client.text(metaMessage(3, 1_000));
    await expectRejection(client, 1011, 'internal_error', 'internal_error');
    await expectOwnWords(client);
  });
});

describe(quote('The extractor refused, did not answer in time, or was lost.'), () => {
  it.each<[string, () => void]>([
    ['refuses a frame', () => gateway.extractor.stream.refuse()],
    ['breaks its stream under a frame', breakStream],
  ])('an extractor that %s', async (_what, act) => {
    const client = await capturing(gateway);
    await unanswered(client, 3);
    gateway.extractor.answers = 'at once';
    act();
    await expectAbort(gateway, client, 'forward_failed');
    const { calls, ends } = gateway.extractor.stream;
    expect(calls).toEqual(['frame', 'frame', 'frame', 'end']);
    // event time is that of the last frame accepted, the counters are those of the frames acknowledged
    expect(ends).toEqual([{ ...abortEnd('forward_failed'), timestamp_end: new Date(at(133)) }]);
  });

  it('a forwarder that throws', async () => {
    const client = await capturing(gateway);
    jest.spyOn(gateway.extractor.stream, 'forward').mockImplementation(() => {
      throw new Error(PLANTED);
    });
    client.frame(3);
    await expectAbort(gateway, client, 'forward_failed');
    expectEnd(gateway, { ...abortEnd('forward_failed'), timestamp_end: new Date(at(133)) });
  });

  it('an extractor whose stream breaks while the client is silent, at once', async () => {
    const client = await capturing(gateway);
    gateway.extractor.stream.break();
    await expectAbort(gateway, client, 'forward_failed');
    expectEnd(gateway, abortEnd('forward_failed'));
  });

  it.each<[string, () => void]>([
    ['refuses the last frame', () => gateway.extractor.stream.refuse()],
    ['breaks its stream', breakStream],
  ])('an extractor that %s after capture.close', async (_what, act) => {
    const client = await capturing(gateway);
    await unanswered(client, 3);
    const closing = gateway.next('capture.close');
    client.close();
    await closing;
    gateway.extractor.answers = 'at once';
    act();
    await expectAbort(gateway, client, 'forward_failed');
    expect(gateway.extractor.stream.ends).toEqual([
      { ...abortEnd('forward_failed'), timestamp_end: new Date(at(133)) },
    ]);
  });

  it(quote('If a frame or the end cannot be delivered: `forward_failed`, never a silent 1000.'), async () => {
    const client = await capturing(gateway);
    await unanswered(client);
    const ended = gateway.extractor.next('end');
    client.close();
    await ended;
    gateway.extractor.stream.refuse();
    await expectAbort(gateway, client, 'forward_failed');
    expect(gateway.extractor.stream.ends).toMatchObject([{ event: 'capture.close' }]);
  });
});

describe(quote('a valid `capture.close`, and the extractor has everything | no | 1000'), () => {
  it('waits for the frames and for the end', async () => {
    const client = await capturing(gateway);
    await unanswered(client, 3, 4);
    const close = closeMessage({ timestamp_end: at(300) });
    const closing = gateway.next('capture.close');
    client.text(close);
    await closing;
    const { stream } = gateway.extractor;
    const forwarded = gateway.extractor.next('frame');
    stream.acknowledge();
    await forwarded;
    expect(stream.ends).toEqual([]);
    const ended = gateway.extractor.next('end');
    stream.acknowledge();
    await ended;
    expect(gateway.repository.size).toBe(1);
    stream.acknowledge();
    expect(await verdictOf(client)).toEqual(COMPLETED);
    expect(stream.calls).toEqual(['frame', 'frame', 'frame', 'frame', 'end']);
    const { record_id } = close;
    const counts = { frame_count: 4, last_seq: 4, timestamp_end: new Date(at(300)) };
    expect(stream.ends).toEqual([{ event: 'capture.close', capture_id: 'c1', record_id, error_code: null, ...counts }]);
    expectNothingLeft(gateway);
  });

  it('of a client that is gone by then', async () => {
    const client = await capturing(gateway);
    await unanswered(client, 3);
    const closing = gateway.next('capture.close');
    client.close();
    await closing;
    client.socket.terminate();
    const ended = gateway.extractor.next('end');
    gateway.extractor.stream.acknowledge();
    await ended;
    gateway.extractor.stream.acknowledge();
    expect(gateway.extractor.stream.ends).toMatchObject([{ event: 'capture.close', error_code: null, frame_count: 3 }]);
  });
});

describe(quote('An abort stops forwarding at once. It drops the frames that wait in the gateway.'), () => {
  it.each<[string, number, () => void]>([
    ['acknowledged', 3, () => gateway.extractor.stream.acknowledge()],
    ['refused', 2, () => gateway.extractor.stream.refuse()],
  ])('the one in flight is %s', async (_what, frame_count, answer) => {
    const client = await capturing(gateway);
    await unanswered(client, 3, 4, 5);
    client.bytes(jpegOf());
    expect(await verdictOf(client)).toEqual(aborted('protocol_violation'));
    const { stream } = gateway.extractor;
    expect(stream.calls).toEqual(['frame', 'frame', 'frame']);
    const ended = gateway.extractor.next('end');
    answer();
    await ended;
    const counts = { frame_count, last_seq: frame_count, timestamp_end: new Date(at(267)) };
    expect(stream.ends).toEqual([{ ...abortEnd('protocol_violation'), ...counts }]);
    // the end, too, is awaited before the capture_id is free again
    expect(gateway.repository.size).toBe(1);
    const again = await gateway.connect();
    again.open();
    expect(await verdictOf(again)).toEqual(aborted('protocol_violation'));
    gateway.extractor.answers = 'at once';
    stream.acknowledge();
    expect(await completed(await gateway.capturing())).toEqual(COMPLETED);
    expect(stream.calls).toEqual(['frame', 'frame', 'frame', 'end']);
    expectNothingLeft(gateway);
  });
});
