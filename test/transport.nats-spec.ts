import { Nak } from '@a3cp/landmark-forwarders';
import { NatsLandmarkForwarder } from '@a3cp/landmark-forwarders/nats';
import { at, ScriptedExtractor } from '@a3cp/testing';
import { afterEach, describe, expect, it } from '@jest/globals';
import { Logger } from '@nestjs/common';
import { headers, type Msg, type NatsConnection } from '@nats-io/transport-node';
import { setImmediate } from 'node:timers/promises';
import { NatsBus, stopBuses } from './support/nats-bus.js';
import { NatsServer, stopNatsServers } from './support/nats-server.js';
import { quote } from './support/protocol.js';
import { END, frame, OPEN } from './support/stream-messages.js';

/** Where an extractor by hand takes what the gateway of a {@link NatsBus} sends. */
const SUBJECT = 'a3cp.lx.v1.w.landmark-extractor-0.w1.camera-feed-0';

const FOREVER = new AbortController().signal;

afterEach(async () => {
  await stopBuses();
  await stopNatsServers();
});

/** The next message of a subject, for a test that plays one of the two sides by hand. */
function pull(connection: NatsConnection, subject: string, queue?: string): () => Promise<Msg> {
  const messages = connection.subscribe(subject, queue === undefined ? {} : { queue })[Symbol.asyncIterator]();
  return async () => (await messages.next()).value as Msg;
}

/** The headers of a message by hand. */
function fields(values: Record<string, string>) {
  const written = headers();
  for (const [name, value] of Object.entries(values)) written.set(name, value);
  return written;
}

function read(message: Msg): Record<string, string> {
  return Object.fromEntries([...(message.headers ?? [])].map(([name, [value = '']]) => [name, value]));
}

const OPEN_TEXT = JSON.stringify({ v: 1, event: 'capture.open', ...OPEN });

/** A gateway that says what a test says, and nothing else. */
class GatewayByHand {
  private constructor(
    private readonly connection: NatsConnection,
    private subject = 'a3cp.lx.v1.open.camera-feed-0',
    private lease: Record<string, string> = {},
  ) {}

  static async connect(server: NatsServer): Promise<GatewayByHand> {
    return new GatewayByHand(await server.connect('camera-feed-0'));
  }

  async ask(kind: string, payload: Uint8Array | string = '', more: Record<string, string> = {}): Promise<unknown> {
    const written = fields({ 'a3cp-v': '1', 'a3cp-kind': kind, ...this.lease, ...more });
    return (await this.connection.request(this.subject, payload, { timeout: 60_000, headers: written })).json();
  }

  async open(lease = 'l1'): Promise<unknown> {
    const granted = (await this.ask('open', OPEN_TEXT, { 'a3cp-lease': lease })) as { subject: string; lease: string };
    this.subject = granted.subject;
    this.lease = { 'a3cp-lease': granted.lease };
    return granted;
  }
}

const FRAME_FIELDS = {
  'a3cp-capture': 'c1',
  'a3cp-user': 'u1',
  'a3cp-session': 's1',
  'a3cp-seq': '1',
  'a3cp-ts': at(66),
  'a3cp-len': '4',
  'a3cp-encoding': 'jpeg',
  'a3cp-width': '640',
  'a3cp-height': '480',
};

describe('the NATS framing', () => {
  it('is what PROTOCOL.md writes, as an extractor reads it', async () => {
    const extractor = new ScriptedExtractor();
    const { server } = await NatsBus.start(extractor);
    const gateway = await GatewayByHand.connect(server);
    expect(await gateway.open()).toEqual({
      event: 'open.ack',
      worker_id: expect.stringMatching(/^\w+$/),
      subject: expect.stringMatching(/^a3cp\.lx\.v1\.w\.landmark-extractor-0\.\w+\.camera-feed-0$/),
      lease: 'l1',
      idle_ms: 8_000,
    });
    const jpeg = Buffer.from([0xff, 0xd8, 0xff, 0xd9]);
    expect(await gateway.ask('frame', jpeg, FRAME_FIELDS)).toEqual({ event: 'frame.ack', seq: 1 });
    expect(await gateway.ask('ping')).toEqual({ event: 'ping.ack' });
    const end = JSON.stringify(END);
    expect(await gateway.ask('end', end)).toEqual({ event: 'end.ack' });
    expect(await gateway.ask('end', end)).toEqual({ event: 'end.ack' });
    expect(extractor.opens).toEqual([OPEN]);
    expect(extractor.frames).toEqual([frame(1, jpeg)]);
    expect(extractor.ends[0]).toEqual(END);
  });

  it('is what PROTOCOL.md writes, as a gateway sends it', async () => {
    const { server, forwarder } = await NatsBus.start();
    const extractor = await server.connect('landmark-extractor-0');
    const nextOpen = pull(extractor, 'a3cp.lx.v1.open.*', 'extractors');
    const next = pull(extractor, SUBJECT);
    await extractor.flush();

    const opening = forwarder.open(OPEN, FOREVER);
    const open = await nextOpen();
    const asked = { 'a3cp-v': '1', 'a3cp-kind': 'open', 'a3cp-lease': expect.stringMatching(/^[0-9a-f-]{36}$/) };
    expect(read(open)).toEqual(asked);
    expect(open.string()).toBe(OPEN_TEXT);
    const lease = { worker_id: 'w1', subject: SUBJECT, lease: 'l1', idle_ms: 8_000 };
    open.respond(JSON.stringify({ event: 'open.ack', ...lease }));
    const stream = await opening;

    const forwarding = stream.forward(frame(1, Buffer.from([0xff, 0xd8, 0xff, 0xd9])));
    const sent = await next();
    expect(read(sent)).toEqual({ 'a3cp-v': '1', 'a3cp-kind': 'frame', 'a3cp-lease': 'l1', ...FRAME_FIELDS });
    expect([...sent.data]).toEqual([0xff, 0xd8, 0xff, 0xd9]);
    sent.respond('{"event":"frame.ack","seq":1}');
    await forwarding;

    const ending = stream.end(END);
    const end = await next();
    expect(read(end)).toEqual({ 'a3cp-v': '1', 'a3cp-kind': 'end', 'a3cp-lease': 'l1' });
    expect(end.json()).toEqual({ ...END, timestamp_end: at(200) });
    end.respond('{"event":"end.ack"}');
    await ending;
  });

  it('carries identifiers that no header could', async () => {
    const extractor = new ScriptedExtractor();
    const { forwarder } = await NatsBus.start(extractor);
    const identity = { capture_id: ' c\u2028é: ', user_id: '用户', session_id: '100%' };
    const stream = await forwarder.open({ ...OPEN, ...identity }, FOREVER);
    await stream.forward({ ...frame(1), ...identity });
    expect(extractor.opens).toMatchObject([identity]);
    expect(extractor.frames).toMatchObject([identity]);
  });

  it.each([
    ['another version', 'frame', '', { 'a3cp-v': '2' }],
    ['no kind', '', '', {}],
    ['an unknown kind', 'pause', '', {}],
    ['another lease', 'ping', '', { 'a3cp-lease': 'x' }],
    ['a frame without a timestamp', 'frame', 'jpeg', { ...FRAME_FIELDS, 'a3cp-ts': 'yesterday' }],
    ['an identifier in no encoding', 'frame', 'jpeg', { ...FRAME_FIELDS, 'a3cp-user': '%' }],
    ['an end that is none', 'end', 'hello', {}],
    ['an open for an end', 'end', OPEN_TEXT, {}],
  ])('is refused with unknown_capture: %s', async (_what, kind, payload, more) => {
    const extractor = new ScriptedExtractor();
    const gateway = await GatewayByHand.connect((await NatsBus.start(extractor)).server);
    await gateway.open();
    expect(await gateway.ask(kind, payload, more)).toEqual({ event: 'nak', code: 'unknown_capture' });
    expect([extractor.frames, extractor.ends]).toEqual([[], []]);
  });
});

describe('which extractor gets a capture', () => {
  it('is none where none has joined', async () => {
    const { forwarder } = await NatsBus.start();
    await expect(forwarder.open(OPEN, FOREVER)).rejects.toThrow('no extractor takes the capture');
  });

  it.each([
    '{"event":"open.ack"}',
    '{"event":"open.ack","subject":"a b","lease":"l1"}',
    '{"event":"open.ack","subject":"a3cp.lx.v1.w.x.w1.camera-feed-1","lease":"l1"}',
    '{"event":"open.ack","subject":"a3cp.lx.v1.w.*.w1.camera-feed-0","lease":"l1"}',
    '{"event":"open.ack","subject":"a3cp.cl.v1.registrar.camera-feed-0","lease":"l1"}',
    '{"event":"open.ack","subject":"a3cp.lx.v1.w.x.w1.camera-feed-0","lease":"l 1"}',
    '{"event":"end.ack"}',
    'null',
  ])('is none where the only one answers what is no lease: %s', async (answer) => {
    const { server, forwarder } = await NatsBus.start();
    const extractor = await server.connect('landmark-extractor-0');
    const next = pull(extractor, 'a3cp.lx.v1.open.*', 'extractors');
    await extractor.flush();
    const opening = expect(forwarder.open(OPEN, FOREVER)).rejects.toThrow('no extractor takes the capture');
    (await next()).respond(answer);
    await opening;
  });

  it(quote('An extractor that has no room leaves the group'), async () => {
    const [full, free] = [new ScriptedExtractor(), new ScriptedExtractor()];
    full.onOpen = () => Promise.reject(new Nak('busy'));
    const bus = await NatsBus.start(full);
    await expect(bus.forwarder.open(OPEN, FOREVER)).rejects.toThrow();
    expect(await bus.server.extractors()).toBe(0);
    await bus.join(free);
    for (let capture = 0; capture < 10; capture++) await bus.forwarder.open(OPEN, FOREVER);
    expect([full.opens.length, free.opens.length]).toEqual([1, 10]);

    bus.clock.advance(500);
    expect(await joined(bus.server, 2)).toBe(2);
  });

  it(quote('at once, then after 25, 50, 100 and 200 ms, and 10 times at most') + ': a lone busy one', async () => {
    const bus = await NatsBus.start();
    const extractor = await bus.server.connect('landmark-extractor-0');
    const asked_at: number[] = [];
    const begun_at = bus.clock.now();
    // it does not leave the group
    extractor.subscribe('a3cp.lx.v1.open.*', {
      queue: 'extractors',
      callback: (_error, open) => {
        asked_at.push(bus.clock.now() - begun_at);
        open.respond('{"event":"nak","code":"busy"}');
      },
    });
    await extractor.flush();
    let refused = false;
    const opening = bus.forwarder.open(OPEN, FOREVER).catch(() => (refused = true));
    while (!(refused as boolean)) {
      bus.clock.advance(1);
      await setImmediate();
      // what was asked is answered before time goes on
      for (let hops = 0; hops < 3; hops++) await extractor.flush();
    }
    await opening;
    expect(asked_at).toHaveLength(10);
    for (const [n, pause] of [0, 25, 50, 100, 200, 200, 200, 200].entries()) {
      expect((asked_at[n + 2] ?? 0) - (asked_at[n + 1] ?? 0)).toBeGreaterThanOrEqual(pause);
    }
    expect(asked_at.filter((at) => at <= 70).length).toBeLessThanOrEqual(3);
  });

  it('is another one if the first says that it is busy', async () => {
    const [full, free] = [new ScriptedExtractor(), new ScriptedExtractor()];
    full.onOpen = () => Promise.reject(new Nak('busy'));
    const bus = await NatsBus.start(full, free);
    // the engine picks one of the two for each
    while (full.opens.length === 0) await bus.forwarder.open(OPEN, FOREVER);
    expect(full.opens.length).toBe(1);
  });

  it(quote('An open with the `a3cp-lease` of one before is the same open'), async () => {
    const extractor = new ScriptedExtractor();
    let accept = (): void => undefined;
    extractor.onOpen = () => new Promise((resolve) => (accept = resolve));
    const bus = await NatsBus.start(extractor);
    const asked = extractor.next('open');
    const opening = bus.forwarder.open(OPEN, FOREVER);
    await asked;
    bus.clock.advance(400);
    accept();
    const stream = await opening;
    await stream.forward(frame(1));
    await stream.end(END);
    expect([extractor.opens.length, extractor.ends, extractor.lost]).toEqual([1, [END], 0]);

    const gateway = await GatewayByHand.connect(bus.server);
    extractor.onOpen = () => Promise.resolve();
    expect(await gateway.open('l1')).toEqual(await gateway.ask('open', OPEN_TEXT));
    expect(extractor.opens.length).toBe(2);
  });

  it('is another one if the first does not answer, and what that grants too late is given back', async () => {
    const [slow, quick] = [new ScriptedExtractor(), new ScriptedExtractor()];
    let accept = (): void => undefined;
    slow.onOpen = () => new Promise((resolve) => (accept = resolve));
    const bus = await NatsBus.start(slow);
    const asked = slow.next('open');
    const opening = bus.forwarder.open(OPEN, FOREVER);
    await asked;
    bus.workers[0]?.onModuleDestroy();
    await bus.join(quick);
    bus.clock.advance(200);
    const stream = await opening;
    const lost = slow.next('lost');
    accept();
    await lost;
    await stream.end(END);
    expect([slow.ends, quick.ends, quick.lost]).toEqual([[], [END], 0]);
  });

  it('is one that serves this gateway already, where the engine picks one that hangs', async () => {
    const [hanging, healthy] = [new ScriptedExtractor(), new ScriptedExtractor()];
    hanging.onOpen = () => new Promise(() => undefined);
    const bus = await NatsBus.start(healthy);
    await bus.forwarder.open(OPEN, FOREVER);
    healthy.onOpen = () => Promise.reject(new Nak('busy'));
    await expect(bus.forwarder.open(OPEN, FOREVER)).rejects.toThrow();
    healthy.onOpen = () => Promise.resolve();
    await bus.join(hanging);
    const asked = hanging.next('open');
    const opening = bus.forwarder.open(OPEN, FOREVER);
    await asked;
    bus.clock.advance(200);
    const stream = await opening;
    await stream.end(END);
    expect(healthy.ends).toEqual([END]);
  });
});

/** How many extractors have joined, once it is so many. */
async function joined(server: NatsServer, count: number): Promise<number> {
  for (;;) {
    const extractors = await server.extractors();
    if (extractors === count) return extractors;
  }
}

describe('a NATS stream that breaks', () => {
  it(quote('If the connection to the server breaks, every capture of the gateway is aborted at once'), async () => {
    const extractor = new ScriptedExtractor();
    extractor.onFrame = () => new Promise(() => undefined);
    const { server, forwarder } = await NatsBus.start(extractor);
    const [busy, quiet] = [await forwarder.open(OPEN, FOREVER), await forwarder.open(OPEN, FOREVER)];
    const arrived = extractor.next('frame');
    const rejected = expect(busy.forward(frame(1))).rejects.toThrow();
    await arrived;
    await server.kill();
    await Promise.all([rejected, busy.failed, quiet.failed]);
    await expect(quiet.end(END)).rejects.toThrow();
    await expect(forwarder.open(OPEN, FOREVER)).rejects.toThrow();
  });

  it('takes new captures once there is a server again', async () => {
    const extractor = new ScriptedExtractor();
    const { server, forwarder } = await NatsBus.start(extractor);
    const lost = extractor.next('lost');
    const stream = await forwarder.open(OPEN, FOREVER);
    await server.kill();
    await lost;
    await stream.failed;
    await server.startAgain();
    await joined(server, 1);
    await reached(forwarder);
    expect([extractor.opens.length, extractor.lost]).toEqual([2, 1]);
  });

  it('is noticed at the next frame, if the extractor is gone', async () => {
    const [bus, stream] = await abandoned();
    await expect(stream.forward(frame(1))).rejects.toThrow();
    await stream.failed;
    await expect(stream.end(END)).rejects.toThrow();
    expect(bus.clock.running).toBe(0);
  });

  it('is noticed with the next ping, if nothing is sent', async () => {
    const [bus, stream] = await abandoned();
    bus.clock.advance(1_000);
    await stream.failed;
  });

  it.each(['hello', 'null', '{}', '{"event":"ping.ack"}', '{"event":"frame.ack","seq":2}'])(
    'is broken by an answer to a frame that is none: %s',
    async (answer) => {
      const bus = await NatsBus.start();
      const next = await granting(bus, await bus.server.connect('landmark-extractor-0'));
      const stream = await bus.forwarder.open(OPEN, FOREVER);
      const rejected = expect(stream.forward(frame(1))).rejects.toThrow();
      (await next()).respond(answer);
      await rejected;
      await stream.failed;
    },
  );

  it(quote('when an answer is overdue for 50 ms, 100 ms, 200 ms and so on'), async () => {
    const bus = await NatsBus.start();
    const extractor = await bus.server.connect('landmark-extractor-0');
    const next = await granting(bus, extractor);
    const stream = await bus.forwarder.open(OPEN, FOREVER);
    const forwarding = stream.forward(frame(1));
    expect(read(await next())).toMatchObject({ 'a3cp-kind': 'frame' });
    bus.clock.advance(50);
    expect(read(await next())).toMatchObject({ 'a3cp-kind': 'ping' });
    await extractor.close();
    await joined(bus.server, 0);
    bus.clock.advance(50);
    await expect(forwarding).rejects.toThrow();
    await stream.failed;
  });

  it(quote('A ping without an answer for 3 s breaks the stream too'), async () => {
    const bus = await NatsBus.start();
    const next = await granting(bus, await bus.server.connect('landmark-extractor-0'));
    const stream = await bus.forwarder.open(OPEN, FOREVER);
    let broken = false;
    void stream.failed.then(() => (broken = true));
    bus.clock.advance(1_000);
    expect(read(await next())).toMatchObject({ 'a3cp-kind': 'ping' });
    bus.clock.advance(3_000);
    await setImmediate();
    expect(broken).toBe(false);
    bus.clock.advance(50);
    await stream.failed;
  });

  it('gives a capture up whose extractor fails inside, and takes others', async () => {
    Logger.overrideLogger(false);
    const extractor = new ScriptedExtractor();
    const { forwarder } = await NatsBus.start(extractor);
    const stream = await forwarder.open(OPEN, FOREVER);
    extractor.onFrame = () => Promise.reject(new Error('out of memory'));
    const lost = extractor.next('lost');
    await expect(stream.forward(frame(1))).rejects.toThrow();
    await lost;
    await expect(stream.end(END)).rejects.toThrow();
    await forwarder.open(OPEN, FOREVER);
    expect([extractor.ends, extractor.lost]).toEqual([[], 1]);
  });

  it('is not broken by a frame that takes its time, as long as pings are answered', async () => {
    const extractor = new ScriptedExtractor();
    let own = (): void => undefined;
    extractor.onFrame = () => new Promise((resolve) => (own = resolve));
    const { clock, forwarder } = await NatsBus.start(extractor);
    const stream = await forwarder.open(OPEN, FOREVER);
    const quiet = await forwarder.open(OPEN, FOREVER);
    const arrived = extractor.next('frame');
    const forwarding = stream.forward(frame(1));
    await arrived;
    extractor.onFrame = () => Promise.resolve();
    for (let tick = 0; tick < 100; tick++) {
      clock.advance(50);
      // answered after the ping of this tick
      await quiet.forward(frame(1));
    }
    own();
    await forwarding;
    await stream.end(END);
  });
});

/** A stream whose extractor is gone. */
async function abandoned() {
  const bus = await NatsBus.start();
  const extractor = await bus.server.connect('landmark-extractor-0');
  await granting(bus, extractor);
  const stream = await bus.forwarder.open(OPEN, FOREVER);
  await extractor.close();
  await joined(bus.server, 0);
  return [bus, stream] as const;
}

/** An extractor by hand that grants every lease; what is sent to it is to be pulled. */
async function granting(bus: NatsBus, extractor: NatsConnection): Promise<() => Promise<Msg>> {
  const lease = { worker_id: 'w1', subject: SUBJECT, lease: 'l1', idle_ms: 8_000 };
  const callback = (_error: Error | null, open: Msg) =>
    void open.respond(JSON.stringify({ event: 'open.ack', ...lease }));
  extractor.subscribe('a3cp.lx.v1.open.*', { queue: 'extractors', callback });
  const next = pull(extractor, lease.subject);
  await extractor.flush();
  return next;
}

/** Opens until an extractor is reached. */
async function reached(forwarder: NatsLandmarkForwarder): Promise<void> {
  while (
    !(await forwarder.open(OPEN, FOREVER).then(
      () => true,
      () => false,
    ))
  )
    await setImmediate();
}

describe('an extractor whose gateway is gone', () => {
  it(quote('it has heard nothing of its lease for more than 8 s') + ' loses it', async () => {
    const extractor = new ScriptedExtractor();
    const bus = await NatsBus.start(extractor);
    const gateway = await GatewayByHand.connect(bus.server);
    await gateway.open();
    bus.clock.advance(8_000);
    expect(await gateway.ask('ping')).toEqual({ event: 'ping.ack' });
    bus.clock.advance(8_000);
    expect(extractor.lost).toBe(0);
    const lost = extractor.next('lost');
    bus.clock.advance(500);
    await lost;
    expect(await gateway.ask('ping')).toEqual({ event: 'nak', code: 'unknown_capture' });
  });

  it('keeps a capture whose gateway has nothing to send', async () => {
    const extractor = new ScriptedExtractor();
    const { clock, forwarder } = await NatsBus.start(extractor);
    const [stream, other] = [await forwarder.open(OPEN, FOREVER), await forwarder.open(OPEN, FOREVER)];
    for (let second = 0; second < 12; second++) {
      clock.advance(1_000);
      // answered after the ping of this second
      await other.forward(frame(1));
    }
    await stream.end(END);
    expect(extractor.lost).toBe(0);
  });
});

describe('an extractor that refuses a capture for what it is', () => {
  it('stays in the group: it has room for others', async () => {
    const extractor = new ScriptedExtractor();
    const { forwarder } = await NatsBus.start(extractor);
    extractor.onOpen = () => Promise.reject(new Nak('share_exceeded'));
    await expect(forwarder.open(OPEN, FOREVER)).rejects.toThrow('share_exceeded');
    extractor.onOpen = () => Promise.resolve();
    // the clock stands still, so that it has not joined again
    const stream = await forwarder.open(OPEN, FOREVER);
    await stream.end(END);
  });
});

describe('an extractor that stops', () => {
  it(quote('One that is stopping leaves it and serves its captures to their end'), async () => {
    const [old, fresh] = [new ScriptedExtractor(), new ScriptedExtractor()];
    const bus = await NatsBus.start(old);
    const running = await bus.forwarder.open(OPEN, FOREVER);
    const [worker] = bus.workers;
    worker?.onModuleDestroy();
    const stopped = worker?.beforeApplicationShutdown();
    await bus.join(fresh);
    const next = await bus.forwarder.open(OPEN, FOREVER);
    await running.forward(frame(1));
    await running.end(END);
    await stopped;
    await next.end(END);
    expect([old.opens.length, old.ends.length, old.lost]).toEqual([1, 1, 0]);
    expect([fresh.opens.length, fresh.ends.length]).toEqual([1, 1]);
  });

  it(quote('for 27 s at most'), async () => {
    const extractor = new ScriptedExtractor();
    const bus = await NatsBus.start(extractor);
    const stream = await bus.forwarder.open(OPEN, FOREVER);
    const other = await bus.forwarder.open(OPEN, FOREVER);
    const [worker] = bus.workers;
    worker?.onModuleDestroy();
    const stopped = worker?.beforeApplicationShutdown();
    for (let second = 0; second < 27; second++) {
      bus.clock.advance(1_000);
      // answered after the ping of this second
      await other.forward(frame(1));
    }
    expect(extractor.lost).toBe(0);
    const lost = extractor.next('lost');
    bus.clock.advance(500);
    await lost;
    await stopped;
    await expect(stream.forward(frame(1))).rejects.toThrow();
  });
});

it('a wrong password is said by the name of its variable, and not repeated', async () => {
  const server = await NatsServer.start();
  const forwarder = new NatsLandmarkForwarder(`nats://camera-feed-0:secret@127.0.0.1:${server.port}`);
  await expect(forwarder.onModuleInit()).rejects.toThrow(/^NATS_URL: (?!.*secret)/);
});
