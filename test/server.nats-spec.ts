import { ScriptedExtractor } from '@a3cp/testing';
import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { type NatsConnection, PermissionViolationError } from '@nats-io/transport-node';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { NatsBus, stopBuses } from './support/nats-bus.js';
import { NatsServer, stopNatsServers } from './support/nats-server.js';
import { END, frame, OPEN } from './support/stream-messages.js';

/** What the server says to the next thing it does not allow. */
async function refusal(connection: NatsConnection, act: () => unknown): Promise<string> {
  const statuses = connection.status();
  act();
  for await (const status of statuses) {
    if (status.type === 'error' && status.error instanceof PermissionViolationError) {
      return `${status.error.operation} ${status.error.subject}`;
    }
  }
  throw new Error('the server hung up');
}

/** With an error in place of a message where it is not allowed. */
function subscribe(connection: NatsConnection, subject: string, queue?: string): void {
  connection.subscribe(subject, { ...(queue !== undefined && { queue }), callback: () => undefined });
}

describe('deploy/nats/nats-server.conf with the users of deploy/nats/users.mjs', () => {
  let server: NatsServer;

  beforeAll(async () => {
    server = await NatsServer.start();
  });

  afterAll(stopNatsServers);

  it.each([
    'a3cp.lx.v1.open.*',
    'a3cp.lx.v1.open.camera-feed-0',
    'a3cp.lx.v1.w.*.*.camera-feed-0',
    'a3cp.cl.v1.registrar.*',
    'a3cp.cl.v1.registrar.camera-feed-0',
    '_INBOX.>',
    '_INBOX.*.>',
    '_INBOX.camera-feed-1.>',
    '_INBOX.camera-feed-1.1',
    '>',
    '$SYS.>',
  ])('does not let a gateway subscribe to %s', async (subject) => {
    const gateway = await server.connect('camera-feed-0');
    expect(await refusal(gateway, () => subscribe(gateway, subject))).toBe(`subscription ${subject}`);
  });

  it.each([
    '_INBOX.camera-feed-0.1',
    '_INBOX.camera-feed-1.1',
    'a3cp.lx.v1.open',
    'a3cp.lx.v1.open.camera-feed-1',
    'a3cp.lx.v1.w.landmark-extractor-0.w1.camera-feed-1',
    'a3cp.lx.v1.w.landmark-extractor-0.w1.camera-feed-0.x',
    'a3cp.cl.v1.registrar',
    'a3cp.cl.v1.registrar.camera-feed-1',
    'a3cp.session.v1.closed.s1',
    'a3cp',
    '$SYS.REQ.SERVER.PING',
  ])('does not let a gateway publish to %s', async (subject) => {
    const gateway = await server.connect('camera-feed-0');
    expect(await refusal(gateway, () => gateway.publish(subject))).toBe(`publish ${subject}`);
  });

  it.each([
    '_INBOX.camera-feed-0.>',
    '_INBOX.camera-feed-0.1',
    '_INBOX.>',
    'a3cp.lx.v1.w.>',
    'a3cp.lx.v1.w.*.*.*',
    'a3cp.lx.v1.w.*.*.camera-feed-0',
    'a3cp.lx.v1.w.landmark-extractor-1.*.*',
    'a3cp.lx.v1.w.landmark-extractor-1.w1.camera-feed-0',
    '>',
    '$SYS.>',
  ])('does not let an extractor subscribe to %s', async (subject) => {
    const extractor = await server.connect('landmark-extractor-0');
    expect(await refusal(extractor, () => subscribe(extractor, subject))).toBe(`subscription ${subject}`);
  });

  it.each([undefined, 'others'])(
    'does not let an extractor receive every open, outside the group or in another one: %s',
    async (queue) => {
      const extractor = await server.connect('landmark-extractor-0');
      for (const subject of ['a3cp.lx.v1.open.*', 'a3cp.lx.v1.open.camera-feed-0', 'a3cp.lx.v1.open.>']) {
        expect(await refusal(extractor, () => subscribe(extractor, subject, queue))).toBe(`subscription ${subject}`);
      }
    },
  );

  it.each([
    'a3cp.lx.v1.open.camera-feed-0',
    'a3cp.lx.v1.open.landmark-extractor-0',
    'a3cp.lx.v1.w.landmark-extractor-0.w1.camera-feed-0',
    'a3cp.lx.v1.w.landmark-extractor-1.w1.landmark-extractor-0',
    '_INBOX.camera-feed-0.1',
    '_INBOX.landmark-extractor-0.1',
    'a3cp',
  ])('does not let an extractor publish to %s, unless a request asks for it', async (subject) => {
    const extractor = await server.connect('landmark-extractor-0');
    expect(await refusal(extractor, () => extractor.publish(subject))).toBe(`publish ${subject}`);
  });

  it.each([
    'a3cp.lx.v1.open.*',
    'a3cp.lx.v1.w.*.*.*',
    'a3cp.cl.v1.>',
    'a3cp.session.v1.closed.*',
    '_INBOX.camera-feed-0.>',
    '>',
    '$SYS.>',
  ])('does not let the registrar subscribe to %s', async (subject) => {
    const registrar = await server.connect('capture-registrar');
    expect(await refusal(registrar, () => subscribe(registrar, subject))).toBe(`subscription ${subject}`);
  });

  it.each([
    'a3cp.cl.v1.registrar.camera-feed-0',
    'a3cp.session.v1.closed.s1',
    'a3cp.lx.v1.open.camera-feed-0',
    '_INBOX.camera-feed-0.1',
  ])('does not let the registrar publish to %s, unless a request asks for it', async (subject) => {
    const registrar = await server.connect('capture-registrar');
    expect(await refusal(registrar, () => registrar.publish(subject))).toBe(`publish ${subject}`);
  });

  it.each([
    'a3cp.session.v1.closed.*',
    'a3cp.cl.v1.registrar.*',
    '_INBOX.camera-feed-0.>',
    '_INBOX.session-manager.1',
    '>',
  ])('does not let session_manager subscribe to %s', async (subject) => {
    const sessions = await server.connect('session-manager');
    expect(await refusal(sessions, () => subscribe(sessions, subject))).toBe(`subscription ${subject}`);
  });

  it.each([
    'a3cp.session.v1.closed',
    'a3cp.session.v1.closed.s1.x',
    'a3cp.cl.v1.registrar.camera-feed-0',
    'a3cp.lx.v1.open.camera-feed-0',
    '_INBOX.camera-feed-0.1',
  ])('does not let session_manager publish to %s', async (subject) => {
    const sessions = await server.connect('session-manager');
    expect(await refusal(sessions, () => sessions.publish(subject))).toBe(`publish ${subject}`);
  });

  it('lets an extractor answer once', async () => {
    const subject = 'a3cp.lx.v1.w.landmark-extractor-0.w1.camera-feed-0';
    const [gateway, extractor] = [await server.connect('camera-feed-0'), await server.connect('landmark-extractor-0')];
    const refused = new Promise((resolve, reject) => {
      extractor.subscribe(subject, {
        callback: (_error, message) => {
          message.respond('first');
          refusal(extractor, () => message.respond('second')).then(resolve, reject);
        },
      });
    });
    await extractor.flush();
    expect((await gateway.request(subject)).string()).toBe('first');
    expect(await refused).toMatch(/^publish _INBOX\.camera-feed-0\./);
  });
});

describe('a server with it', () => {
  afterEach(async () => {
    await stopBuses();
    await stopNatsServers();
  });

  it('lets nobody in without a password, nor with another', async () => {
    const server = await NatsServer.start();
    for (const login of [{}, { user: 'camera-feed-0', pass: 'x' }, { user: 'admin', pass: '' }]) {
      await expect(server.login(login)).rejects.toThrow(/authorization/i);
    }
  });

  it('takes the largest frame with the largest headers, and not much more', async () => {
    const extractor = new ScriptedExtractor();
    const { forwarder } = await NatsBus.start(extractor);
    const name = '用'.repeat(128);
    const identity = { capture_id: name, user_id: name, session_id: name };
    const stream = await forwarder.open({ ...OPEN, ...identity }, new AbortController().signal);
    await stream.forward({ ...frame(1, Buffer.alloc(300_000, 7)), ...identity });
    expect(extractor.frames[0]?.payload.equals(Buffer.alloc(300_000, 7))).toBe(true);
    await expect(stream.forward({ ...frame(2, Buffer.alloc(500_000)), ...identity })).rejects.toThrow();
  });

  it('stores nothing', async () => {
    const gateway = await (await NatsServer.start()).connect('camera-feed-0');
    expect(gateway.info).toMatchObject({ headers: true });
    expect(gateway.info?.jetstream ?? false).toBe(false);
  });

  it('does not start without users', async () => {
    await expect(NatsServer.startWithUsers(null)).rejects.toThrow('the NATS server did not start');
  });

  it('logs no frame and no identifier, even where tracing is turned on', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'nats-log-'));
    const log = join(folder, 'log');
    const server = await NatsServer.start(['-DV', '-l', log]);
    const bus = await NatsBus.at(server, new ScriptedExtractor());
    const identity = { capture_id: 'capture-secret', user_id: 'user-secret', session_id: 'session-secret' };
    const payload = Buffer.from('jpeg-secret'.repeat(10));
    const stream = await bus.forwarder.open({ ...OPEN, ...identity }, new AbortController().signal);
    await stream.forward({ ...frame(1, payload), ...identity });
    await stream.end({ ...END, ...identity });
    await stopBuses();
    const said = readFileSync(log, 'utf8');
    rmSync(folder, { recursive: true });
    expect(said).toContain('HPUB a3cp.lx.v1.w.');
    expect(said).not.toContain('secret');
  });
});
