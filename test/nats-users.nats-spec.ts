import { DEFAULT_CAPTURE_LIMITS } from '@a3cp/capture-domain';
import {
  NatsCaptureRegistrar,
  NatsCluster,
  NatsExtractorWorker,
  NatsLandmarkForwarder,
} from '@a3cp/landmark-forwarders/nats';
import { ScriptedExtractor } from '@a3cp/testing';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { headers, type Msg, type NatsConnection } from '@nats-io/transport-node';
import { ManualClock } from './support/manual-clock.js';
import { NatsServer, type NatsUser, stopNatsServers } from './support/nats-server.js';
import { quote } from './support/protocol.js';
import { END, frame, OPEN } from './support/stream-messages.js';

const FOREVER = new AbortController().signal;

const HONEST_CAPTURES = 20;

const clock = new ManualClock();
let stopping: (() => Promise<void>)[];
let server: NatsServer;

beforeEach(async () => {
  stopping = [];
  server = await NatsServer.start();
});

afterEach(async () => {
  for (const stop of stopping.reverse()) await stop();
  await stopNatsServers();
});

async function forwarderOf(user: NatsUser, url = server.url(user)): Promise<NatsLandmarkForwarder> {
  const forwarder = new NatsLandmarkForwarder(url, undefined, clock);
  stopping.push(() => forwarder.onApplicationShutdown());
  await forwarder.onModuleInit();
  return forwarder;
}

async function extractorOf(user: NatsUser, url = server.url(user)): Promise<ScriptedExtractor> {
  const extractor = new ScriptedExtractor();
  const worker = new NatsExtractorWorker(url, extractor, clock);
  stopping.push(async () => {
    worker.onModuleDestroy();
    const stopped = worker.beforeApplicationShutdown();
    clock.advance(27_500);
    await stopped;
  });
  await worker.onApplicationBootstrap();
  return extractor;
}

async function startRegistrar(): Promise<void> {
  const registrar = new NatsCaptureRegistrar(server.url('capture-registrar'), DEFAULT_CAPTURE_LIMITS, clock);
  stopping.push(() => registrar.onApplicationShutdown());
  await registrar.onApplicationBootstrap();
}

async function clusterOf(user: NatsUser): Promise<NatsCluster> {
  const cluster = new NatsCluster(server.url(user), undefined, clock);
  stopping.push(() => cluster.onApplicationShutdown());
  await cluster.onModuleInit();
  return cluster;
}

/** All that a connection receives of these subjects; where a subscription is not permitted that is nothing. */
async function received(connection: NatsConnection, ...subjects: string[]): Promise<Msg[]> {
  const messages: Msg[] = [];
  for (const subject of subjects) {
    const callback = (error: Error | null, message: Msg): void => {
      if (!error) messages.push(message);
    };
    connection.subscribe(subject, { callback });
  }
  await connection.flush();
  return messages;
}

function fields(kind: string, more: Record<string, string> = {}) {
  const written = headers();
  for (const [name, value] of Object.entries({ 'a3cp-v': '1', 'a3cp-kind': kind, ...more })) written.set(name, value);
  return written;
}

/** The answer to a request that a gateway sends by hand. */
async function ask(gateway: NatsConnection, subject: string, kind: string, lease: string, payload = '') {
  const options = { timeout: 60_000, headers: fields(kind, { 'a3cp-lease': lease }) };
  return (await gateway.request(subject, payload, options)).json<{ event: string; code?: string; subject: string }>();
}

const OPEN_TEXT = JSON.stringify({ v: 1, event: 'capture.open', ...OPEN });

/** A whole capture, in which the extractor got what this gateway sent. */
async function capture(forwarder: NatsLandmarkForwarder): Promise<void> {
  const stream = await forwarder.open(OPEN, FOREVER);
  await stream.forward(frame(1));
  await stream.forward(frame(2));
  await stream.end(END);
}

describe('of two gateways', () => {
  it('neither receives what the other is answered', async () => {
    await extractorOf('landmark-extractor-0');
    await startRegistrar();
    const spy = await server.connect('camera-feed-1');
    const seen = await received(spy, '_INBOX.>', '_INBOX.camera-feed-0.>', '_INBOX.camera-feed-1.>', '>', 'a3cp.>');
    await capture(await forwarderOf('camera-feed-0'));
    expect(await (await clusterOf('camera-feed-0')).claim({ ...OPEN }, FOREVER)).toBe('granted');
    await spy.flush();
    expect(seen).toEqual([]);
  });

  it(quote('A lease is good only for the gateway that it was granted to'), async () => {
    const extractor = await extractorOf('landmark-extractor-0');
    const [owner, other] = [await server.connect('camera-feed-0'), await server.connect('camera-feed-1')];
    const { subject } = await ask(owner, 'a3cp.lx.v1.open.camera-feed-0', 'open', 'l1', OPEN_TEXT);
    const own = subject.replace('camera-feed-0', 'camera-feed-1');
    const unknown = { event: 'nak', code: 'unknown_capture' };
    expect(await ask(other, own, 'end', 'l1', JSON.stringify(END))).toEqual(unknown);
    expect(await ask(other, own, 'ping', 'l1')).toEqual(unknown);
    other.publish(own, '', { headers: fields('release', { 'a3cp-lease': 'l1' }) });
    // the same lease of another gateway is another capture
    expect(await ask(other, own, 'open', 'l1', OPEN_TEXT)).toMatchObject({ event: 'open.ack', subject: own });
    expect(await ask(owner, subject, 'end', 'l1', JSON.stringify(END))).toEqual({ event: 'end.ack' });
    expect([extractor.opens.length, extractor.ends, extractor.lost]).toEqual([2, [END], 0]);
  });

  it.each(['_INBOX.camera-feed-0.1', 'a3cp.session.v1.closed.s1', '_INBOX.camera-feed-10.1'])(
    'neither has an extractor or the registrar write to %s in its place',
    async (reply) => {
      const extractor = await extractorOf('landmark-extractor-0');
      await startRegistrar();
      const victim = await server.connect(reply.includes('10') ? 'camera-feed-10' : 'camera-feed-0');
      const seen = await received(victim, reply, 'a3cp.session.v1.closed.*');
      const other = await server.connect('camera-feed-1');
      const claim = JSON.stringify({ claim: { capture_id: 'c1', user_id: 'u1', session_id: 's1' } });
      const claiming = fields('claim', { 'a3cp-gateway': 'p1' });
      other.publish('a3cp.lx.v1.open.camera-feed-1', OPEN_TEXT, {
        reply,
        headers: fields('open', { 'a3cp-lease': 'l1' }),
      });
      other.publish('a3cp.cl.v1.registrar.camera-feed-1', claim, { reply, headers: claiming });
      // answered after these
      await ask(other, 'a3cp.lx.v1.open.camera-feed-1', 'open', 'l2', OPEN_TEXT);
      await other.request('a3cp.cl.v1.registrar.camera-feed-1', claim, { timeout: 60_000, headers: claiming });
      await victim.flush();
      expect([seen, extractor.opens.length]).toEqual([[], 1]);
    },
  );

  it(quote('A gateway can release and replace only its own claims'), async () => {
    await startRegistrar();
    const [owner, other] = [await server.connect('camera-feed-0'), await server.connect('camera-feed-1')];
    const say = async (gateway: NatsConnection, name: string, kind: string, content: object): Promise<unknown> => {
      const options = { timeout: 60_000, headers: fields(kind, { 'a3cp-gateway': 'p1' }) };
      const subject = `a3cp.cl.v1.registrar.${name}`;
      if (kind === 'claim') return (await gateway.request(subject, JSON.stringify(content), options)).json();
      gateway.publish(subject, JSON.stringify(content), options);
      return gateway.flush();
    };
    const claim = { claim: { capture_id: 'c1', user_id: 'u1', session_id: 's1' } };
    expect(await say(owner, 'camera-feed-0', 'claim', claim)).toEqual({ event: 'claim.granted' });
    await say(other, 'camera-feed-1', 'release', { capture_id: 'c1' });
    await say(other, 'camera-feed-1', 'held', { part: 1, parts: 1, claims: [] });
    expect(await say(other, 'camera-feed-1', 'claim', claim)).toMatchObject({ event: 'claim.refused' });
    await say(owner, 'camera-feed-0', 'release', { capture_id: 'c1' });
    expect(await say(other, 'camera-feed-1', 'claim', claim)).toEqual({ event: 'claim.granted' });
  });
});

describe('of two extractors', () => {
  it('neither receives a frame, an end or an open of the other', async () => {
    await extractorOf('landmark-extractor-0');
    const spy = await server.connect('landmark-extractor-1');
    const foreign = ['a3cp.lx.v1.w.>', 'a3cp.lx.v1.w.*.*.*', 'a3cp.lx.v1.w.landmark-extractor-0.*.*'];
    const seen = await received(spy, ...foreign, 'a3cp.lx.v1.open.*', 'a3cp.lx.v1.w.landmark-extractor-1.*.*', '>');
    await capture(await forwarderOf('camera-feed-0'));
    await spy.flush();
    expect(seen).toEqual([]);
  });

  it('neither answers what the other is asked', async () => {
    const extractor = await extractorOf('landmark-extractor-0');
    const gateway = await server.connect('camera-feed-0');
    const { subject } = await ask(gateway, 'a3cp.lx.v1.open.camera-feed-0', 'open', 'l1', OPEN_TEXT);
    const other = await server.connect('landmark-extractor-1');
    const answers = await received(gateway, '_INBOX.camera-feed-0.by-hand');
    let own = (): void => undefined;
    extractor.onEnd = () => new Promise((resolve) => (own = resolve));
    const ended = extractor.next('end');
    gateway.publish(subject, JSON.stringify(END), {
      reply: '_INBOX.camera-feed-0.by-hand',
      headers: fields('end', { 'a3cp-lease': 'l1' }),
    });
    await ended;
    // it knows the very subject
    other.publish('_INBOX.camera-feed-0.by-hand', JSON.stringify({ event: 'nak', code: 'busy' }));
    await other.flush();
    own();
    while (answers.length === 0) await gateway.flush();
    expect(answers.map((answer) => answer.json())).toEqual([{ event: 'end.ack' }]);
  });
});

it('while one of each kind tries all of that, the captures of the others complete', async () => {
  const forwarders = [await forwarderOf('camera-feed-0'), await forwarderOf('camera-feed-2')];
  const extractors = [await extractorOf('landmark-extractor-0'), await extractorOf('landmark-extractor-2')];
  await startRegistrar();
  const [gateway, extractor] = [await server.connect('camera-feed-1'), await server.connect('landmark-extractor-1')];
  const registrar = await server.connect('capture-registrar');
  const seen = await Promise.all(
    [gateway, extractor, registrar].map((spy) => received(spy, '_INBOX.>', 'a3cp.lx.v1.w.*.*.*', 'a3cp.lx.>', '>')),
  );
  const nak = JSON.stringify({ event: 'nak', code: 'unknown_capture' });
  for (let n = 0; n < HONEST_CAPTURES; n++) {
    for (const spy of [gateway, extractor, registrar]) {
      for (const target of ['a3cp.lx.v1.open.camera-feed-0', '_INBOX.camera-feed-0.1', 'a3cp.session.v1.closed.s1']) {
        spy.publish(target, nak);
      }
    }
    await capture(forwarders[n % 2] as NatsLandmarkForwarder);
  }
  expect(seen).toEqual([[], [], []]);
  expect(extractors.flatMap(({ ends }) => ends)).toHaveLength(HONEST_CAPTURES);
  expect(extractors.map(({ lost }) => lost)).toEqual([0, 0]);
});

it(quote('Several processes can have the same user'), async () => {
  const [a, b] = [await forwarderOf('camera-feed-0'), await forwarderOf('camera-feed-0')];
  const extractors = [await extractorOf('landmark-extractor-0'), await extractorOf('landmark-extractor-0')];
  for (let n = 0; extractors.some(({ ends }) => ends.length === 0); n++) await capture(n % 2 === 0 ? a : b);
});

it('programs whose NATS_URL has no user meet at a server that asks for none', async () => {
  const open = await NatsServer.startWithUsers('');
  const url = `nats://127.0.0.1:${open.port}`;
  const extractor = await extractorOf('landmark-extractor-0', url);
  await capture(await forwarderOf('camera-feed-0', url));
  expect(extractor.ends).toEqual([END]);
});
