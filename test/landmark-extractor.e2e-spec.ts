import { ReferenceExtractor } from '@a3cp/landmark-extractor';
import { DirectLandmarkForwarder } from '@a3cp/landmark-forwarders';
import { greyJpeg, terminateClients } from '@a3cp/testing';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { once } from 'node:events';
import type { IncomingMessage } from 'node:http';
import { WebSocket } from 'ws';
import { Extractor, frameItem, streamEnd, streamOpen } from './support/extractor.js';
import { FakeFinder } from './support/fake-finder.js';
import { Gateway } from './support/gateway.js';
import { quote } from './support/protocol.js';
import { aborted, COMPLETED, verdictOf } from './support/verdict.js';

const { capture_id } = streamOpen();

let extractor: Extractor;

beforeEach(async () => {
  extractor = await Extractor.start();
});

afterEach(() => extractor.app.close());

describe('GET /landmark_extractor/captures/{capture_id}', () => {
  it('tells what arrived over the direct transport', async () => {
    const stream = await extractor.open();
    const item = await frameItem();
    await stream.forward(item);
    await stream.end(streamEnd(1));
    const answer = await extractor.get();
    expect(answer.status).toBe(200);
    expect(await answer.json()).toEqual({
      capture_id,
      user_id: 'u1',
      session_id: 's1',
      frame_count: 1,
      byte_count: item.byte_length,
      first_seq: 1,
      last_seq: 1,
      broken_count: 0,
      mean_luma: 90,
      landmark_state: 'off',
      processed: 0,
      with_person: 0,
      landmark_rate: null,
      terminal: { event: 'capture.close', error_code: null, timestamp_end: '2026-01-01T00:00:01.000Z' },
    });
  });

  it('is 404 for a capture it does not know, whose name it does not repeat', async () => {
    const answer = await extractor.get('', 'no-such-capture');
    expect(answer.status).toBe(404);
    expect(await answer.text()).not.toContain('no-such-capture');
  });
});

describe('DELETE /landmark_extractor/captures/{capture_id}', () => {
  const discard = (): Promise<Response> => fetch(extractor.url(), { method: 'DELETE' });

  it(quote('forgets a capture that is over, with its landmarks'), async () => {
    await extractor.app.close();
    const finder = new FakeFinder();
    extractor = await Extractor.start(finder);
    const stream = await extractor.open();
    await stream.forward(await frameItem(1));
    await extractor.decoded();
    await finder.answer();
    await stream.end(streamEnd(1));
    expect((await discard()).status).toBe(204);
    for (const path of ['', '/landmarks', '/landmarks?format=json', '/features']) {
      expect((await extractor.get(path)).status).toBe(404);
    }
    expect((await discard()).status).toBe(404);
  });

  it('stops looking for landmarks, and ends the streams of those who read them', async () => {
    await extractor.app.close();
    extractor = await Extractor.start(new FakeFinder());
    const stream = await extractor.open();
    await stream.forward(await frameItem(1));
    await stream.end(streamEnd(1));
    const events = await extractor.get('/landmarks');
    expect((await discard()).status).toBe(204);
    expect(await events.text()).toMatch(/event: end\ndata: {}\n\n$/);
    expect((await extractor.get()).status).toBe(404);
  });

  it(quote('409 while it runs'), async () => {
    const stream = await extractor.open();
    expect((await discard()).status).toBe(409);
    expect((await extractor.get()).status).toBe(200);
    // the shutdown waits for every stream to be over
    await stream.end(streamEnd(0));
  });

  it('lets somebody else have the capture_id afterwards', async () => {
    await (await extractor.open()).end(streamEnd(0));
    await discard();
    await (await extractor.open(capture_id, 'another')).end(streamEnd(0));
    expect(await (await extractor.get()).json()).toMatchObject({ user_id: 'another' });
  });
});

describe('the stream', () => {
  it('fails on a picture that is broken, and takes the end all the same', async () => {
    quote('If an owned picture turns out to be broken, the extractor refuses the capture with frame_undecodable');
    const stream = await extractor.open();
    const item = await frameItem();
    const payload = item.payload.subarray(0, -30);
    await stream.forward({ ...item, payload, byte_length: payload.length });
    await stream.failed;
    await stream.end(streamEnd(1, { event: 'capture.abort', error_code: 'forward_failed' }));
    expect(await (await extractor.get()).json()).toMatchObject({
      frame_count: 1,
      broken_count: 1,
      terminal: { error_code: 'forward_failed' },
    });
  });

  it(
    quote(
      'An extractor whose stream breaks without an end ends the capture itself as capture.abort with gateway_lost.',
    ),
    async () => {
      const lifetime = new AbortController();
      await extractor.forwarder.open(streamOpen(), lifetime.signal);
      lifetime.abort();
      // the shutdown waits for every stream to be over
      await extractor.app.close();
      const summary = extractor.app.get(ReferenceExtractor).find(capture_id);
      expect(summary?.terminal).toMatchObject({ error_code: 'gateway_lost' });
      expect(extractor.clock.running).toBe(0);
    },
  );
});

describe('the share of a session', () => {
  it('that is exceeded is told to the client through a gateway, and others have their room', async () => {
    const looking = await Extractor.start(new FakeFinder());
    const limits = { max_concurrent_captures_per_session: 10, max_concurrent_captures_per_user: 10 };
    const gateway = await Gateway.start(limits, { landmarkForwarder: looking.forwarder });
    const small = { width: 64, height: 48 };
    for (let n = 0; n < 3; n++) await gateway.capturing({ ...small, capture_id: `c${n}`, user_id: 'greedy' });
    const fourth = await gateway.connect();
    fourth.open({ ...small, capture_id: 'c4', user_id: 'greedy' });
    expect(await verdictOf(fourth)).toEqual(aborted('limit_concurrent_captures_exceeded'));
    const other = await gateway.capturing({ ...small, capture_id: 'c5', user_id: 'modest' });
    other.close({ capture_id: 'c5', user_id: 'modest' });
    expect(await verdictOf(other)).toEqual(COMPLETED);
    terminateClients();
    await gateway.stop();
    await looking.app.close();
  });
});

describe('the door of the stream', () => {
  const SECRET = 'a secret of just thirty-two byte';

  /** The status of an upgrade; 101 if there is a WebSocket. */
  async function knock(headers: Record<string, string> = {}): Promise<number> {
    const socket = new WebSocket(`ws://${extractor.origin}/landmark_extractor/stream`, { headers });
    socket.on('error', () => undefined);
    const [status] = await Promise.race([
      once(socket, 'open').then(() => [101]),
      once(socket, 'unexpected-response').then(([, response]) => [(response as IncomingMessage).statusCode ?? 0]),
    ]);
    socket.terminate();
    return status ?? 0;
  }

  it(quote('An upgrade that has an Origin comes from a browser and is refused with 403'), async () => {
    expect(await knock()).toBe(101);
    expect(await knock({ origin: 'https://evil.example' })).toBe(403);
    expect(await knock({ origin: `http://${extractor.origin}` })).toBe(403);
  });

  it(quote('A socket whose first message grows over 65,536 bytes is terminated'), async () => {
    const socket = new WebSocket(`ws://${extractor.origin}/landmark_extractor/stream`);
    await once(socket, 'open');
    socket.on('error', () => undefined).send(Buffer.alloc(60_000), { fin: false });
    socket.send(Buffer.alloc(60_000), { fin: false });
    expect((await once(socket, 'close'))[0]).toBe(1006);
    const stream = await extractor.open();
    const payload = greyJpeg(64, 48, 100_000);
    await stream.forward({ ...(await frameItem()), payload, byte_length: payload.length });
    await stream.end(streamEnd(1));
  });

  it(quote('with LANDMARK_STREAM_SECRET an upgrade without it is refused with 401'), async () => {
    await extractor.app.close();
    extractor = await Extractor.start(null, SECRET);
    expect(await knock()).toBe(401);
    expect(await knock({ authorization: `Bearer ${SECRET}!` })).toBe(401);
    expect(await knock({ authorization: `Bearer ${SECRET}` })).toBe(101);
    const url = `ws://${extractor.origin}/landmark_extractor/stream`;
    const stream = await new DirectLandmarkForwarder(url, SECRET).open(streamOpen(), new AbortController().signal);
    await stream.end(streamEnd(0));
    await expect(new DirectLandmarkForwarder(url).open(streamOpen(), new AbortController().signal)).rejects.toThrow(
      '401',
    );
  });

  it(quote('1,100 sockets at once; more are refused with 503'), async () => {
    const sockets: WebSocket[] = [];
    for (let opened = 0; opened < 1_100; opened += 100) {
      const more = Array.from(
        { length: 100 },
        () => new WebSocket(`ws://${extractor.origin}/landmark_extractor/stream`),
      );
      sockets.push(...more);
      await Promise.all(more.map((socket) => once(socket, 'open')));
    }
    expect(await knock()).toBe(503);
    for (const socket of sockets) socket.terminate();
  });
});

describe('a capture_id of somebody else', () => {
  it('is refused through a gateway in words for the client, and the results stay those of their owner', async () => {
    const gateway = await Gateway.start({}, { landmarkForwarder: extractor.forwarder });
    const capture = { capture_id: 'c1', width: 64, height: 48 };
    const alice = await gateway.capturing({ ...capture, user_id: 'alice' });
    const { payload } = await frameItem();
    alice.frame(1, payload);
    alice.close();
    expect(await verdictOf(alice)).toEqual(COMPLETED);

    const mallory = await gateway.connect();
    mallory.open({ ...capture, user_id: 'mallory' });
    expect(await mallory.closed).toEqual({ code: 1000, reason: 'protocol_violation: capture_id was used before' });
    expect(mallory.messages).toMatchObject([{ event: 'capture.abort', error_code: 'protocol_violation' }]);
    expect(await (await extractor.get('', 'c1')).json()).toMatchObject({ user_id: 'alice', frame_count: 1 });
    await gateway.stop();
  });
});

describe('shutdown', () => {
  it('lets a running capture finish and takes no new one', async () => {
    const stream = await extractor.open();
    const stopped = extractor.app.close();
    await expect(extractor.open('c2')).rejects.toThrow();
    await stream.forward(await frameItem());
    await stream.end(streamEnd(1));
    await stopped;
  });
});
