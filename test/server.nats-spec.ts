import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { type NatsConnection, PermissionViolationError } from '@nats-io/transport-node';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { NatsBus, stopBuses } from './support/nats-bus.js';
import { NatsServer, stopNatsServers } from './support/nats-server.js';
import { ScriptedExtractor } from './support/scripted-extractor.js';
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

describe('deploy/nats/nats-server.conf', () => {
  let server: NatsServer;

  beforeAll(async () => {
    server = await NatsServer.start();
  });

  afterAll(stopNatsServers);

  it.each(['a3cp.lx.v1.open', 'a3cp.lx.v1.w.w1', 'a3cp.cl.v1.registrar', '_INBOX.>', '_INBOX.other.1', '>', '$SYS.>'])(
    'lets a gateway not read %s',
    async (subject) => {
      const gateway = await server.connect('gateway');
      expect(await refusal(gateway, () => subscribe(gateway, subject))).toBe(`subscription ${subject}`);
    },
  );

  it.each([
    '_INBOX.gw.1',
    'a3cp.cl.v1.other',
    'a3cp.lx.v1.w.w1.x',
    'a3cp.session.v1.closed.s1',
    'a3cp',
    '$SYS.REQ.SERVER.PING',
  ])('lets a gateway not write to %s', async (subject) => {
    const gateway = await server.connect('gateway');
    expect(await refusal(gateway, () => gateway.publish(subject))).toBe(`publish ${subject}`);
  });

  it.each(['_INBOX.gw.>', '_INBOX.gw.1', '_INBOX.>', '>', '$SYS.>'])(
    'lets an extractor not read %s',
    async (subject) => {
      const extractor = await server.connect('extractor');
      expect(await refusal(extractor, () => subscribe(extractor, subject))).toBe(`subscription ${subject}`);
    },
  );

  it.each([undefined, 'others'])(
    'lets an extractor not read every open, as none or one of a group: %s',
    async (queue) => {
      const extractor = await server.connect('extractor');
      expect(await refusal(extractor, () => subscribe(extractor, 'a3cp.lx.v1.open', queue))).toBe(
        'subscription a3cp.lx.v1.open',
      );
    },
  );

  it.each(['a3cp.lx.v1.open', 'a3cp.lx.v1.w.w1', '_INBOX.gw.1', '_INBOX.gw.a.1', 'a3cp'])(
    'lets an extractor not write to %s, unless it was asked there',
    async (subject) => {
      const extractor = await server.connect('extractor');
      expect(await refusal(extractor, () => extractor.publish(subject))).toBe(`publish ${subject}`);
    },
  );

  it.each([
    'a3cp.lx.v1.open',
    'a3cp.lx.v1.w.w1',
    'a3cp.cl.v1.>',
    'a3cp.session.v1.closed.*',
    '_INBOX.gw.>',
    '>',
    '$SYS.>',
  ])('lets the registrar not read %s', async (subject) => {
    const registrar = await server.connect('registrar');
    expect(await refusal(registrar, () => subscribe(registrar, subject))).toBe(`subscription ${subject}`);
  });

  it.each(['a3cp.cl.v1.registrar', 'a3cp.session.v1.closed.s1', 'a3cp.lx.v1.open', '_INBOX.gw.1'])(
    'lets the registrar not write to %s, unless it was asked there',
    async (subject) => {
      const registrar = await server.connect('registrar');
      expect(await refusal(registrar, () => registrar.publish(subject))).toBe(`publish ${subject}`);
    },
  );

  it.each(['a3cp.session.v1.closed.*', 'a3cp.cl.v1.registrar', '_INBOX.gw.>', '_INBOX.sm.1', '>'])(
    'lets session_manager not read %s',
    async (subject) => {
      const sessions = await server.connect('session_manager');
      expect(await refusal(sessions, () => subscribe(sessions, subject))).toBe(`subscription ${subject}`);
    },
  );

  it.each([
    'a3cp.session.v1.closed',
    'a3cp.session.v1.closed.s1.x',
    'a3cp.cl.v1.registrar',
    'a3cp.lx.v1.open',
    '_INBOX.gw.1',
  ])('lets session_manager not write to %s', async (subject) => {
    const sessions = await server.connect('session_manager');
    expect(await refusal(sessions, () => sessions.publish(subject))).toBe(`publish ${subject}`);
  });

  it('lets an extractor answer once', async () => {
    const [gateway, extractor] = [await server.connect('gateway', '_INBOX.gw'), await server.connect('extractor')];
    const refused = new Promise((resolve, reject) => {
      extractor.subscribe('a3cp.lx.v1.w.w1', {
        callback: (_error, message) => {
          message.respond('first');
          refusal(extractor, () => message.respond('second')).then(resolve, reject);
        },
      });
    });
    await extractor.flush();
    expect((await gateway.request('a3cp.lx.v1.w.w1')).string()).toBe('first');
    expect(await refused).toMatch(/^publish _INBOX\.gw\./);
  });
});

describe('a server with it', () => {
  afterEach(async () => {
    await stopBuses();
    await stopNatsServers();
  });

  it('lets nobody in without a password, nor with another', async () => {
    const server = await NatsServer.start();
    for (const login of [{}, { user: 'gateway', pass: 'x' }, { user: 'admin', pass: '' }]) {
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
    const gateway = await (await NatsServer.start()).connect('gateway');
    expect(gateway.info).toMatchObject({ headers: true });
    expect(gateway.info?.jetstream ?? false).toBe(false);
  });

  it('has no password of its own', async () => {
    await expect(NatsServer.start([], {})).rejects.toThrow('the NATS server did not start');
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
