import { type CaptureClaim, type ClaimAnswer, DEFAULT_CAPTURE_LIMITS } from '@a3cp/capture-domain';
import { NatsCaptureRegistrar, NatsCluster, NatsSessionEnds } from '@a3cp/landmark-forwarders/nats';
import type { Msg } from '@nats-io/transport-node';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { createHash } from 'node:crypto';
import { scheduler } from 'node:timers/promises';
import { ManualClock } from './support/manual-clock.js';
import { NatsServer, type NatsUser, stopNatsServers } from './support/nats-server.js';
import { quote } from './support/protocol.js';

const ACTIVE = { error_code: 'protocol_violation', reason: 'capture_id is being captured already' };

/** For a server that is started again. */
const PATIENCE_MS = 60_000;

const LOOK_AGAIN_MS = 10;

/** A gateway's end, with a clock that only this test moves: while it stands still the gateway says nothing by itself. */
class Member {
  readonly clock = new ManualClock();
  readonly cluster: NatsCluster;
  readonly #captures = new Map<string, AbortController>();

  constructor(server: NatsServer, user: NatsUser) {
    this.cluster = new NatsCluster(server.url(user), undefined, this.clock);
  }

  /** Claims for a capture, by default of a user of its own. */
  claim(capture_id: string, of: Partial<CaptureClaim> = {}): Promise<ClaimAnswer> {
    const lifetime = new AbortController();
    this.#captures.set(capture_id, lifetime);
    return this.cluster.claim({ capture_id, user_id: capture_id, session_id: 's1', ...of }, lifetime.signal);
  }

  end(capture_id: string): void {
    this.#captures.get(capture_id)?.abort();
  }

  /** Resolves once the registrar has taken what this one has said, since it answers in order. */
  async heard(): Promise<void> {
    await this.claim('last word');
    this.end('last word');
  }

  async beat(): Promise<void> {
    this.clock.advance(1_000);
    await this.heard();
  }

  /** Claims until it is granted, by a server and a registrar that come back: one claimed meanwhile may get no answer. */
  async granted(capture_id: string): Promise<void> {
    const granted: ClaimAnswer[] = [];
    const begun = performance.now();
    while (granted.length === 0) {
      if (performance.now() - begun > PATIENCE_MS) throw new Error('it was not granted');
      this.claim(capture_id).then(
        (answer) => granted.push(answer),
        () => undefined,
      );
      await scheduler.wait(LOOK_AGAIN_MS);
    }
    expect(granted[0]).toBe('granted');
  }

  /** Resolves once it knows that there is no server. */
  async cutOff(): Promise<void> {
    const errors: unknown[] = [];
    while (errors.length === 0) {
      this.claim('last word').catch((error: unknown) => errors.push(error));
      this.end('last word');
      await scheduler.wait(LOOK_AGAIN_MS);
    }
  }
}

const stopping: (() => Promise<void>)[] = [];
let server: NatsServer;
let clock: ManualClock;
let registrar: NatsCaptureRegistrar;
let a: Member;
let b: Member;

beforeEach(async () => {
  server = await NatsServer.start();
  clock = new ManualClock();
  registrar = await startRegistrar();
  [a, b] = [await join('camera-feed-0'), await join('camera-feed-1')];
});

afterEach(async () => {
  await Promise.all(stopping.splice(0).map((stop) => stop()));
  await stopNatsServers();
});

async function startRegistrar(): Promise<NatsCaptureRegistrar> {
  const started = new NatsCaptureRegistrar(server.url('capture-registrar'), DEFAULT_CAPTURE_LIMITS, clock);
  stopping.push(() => started.onApplicationShutdown());
  await started.onApplicationBootstrap();
  return started;
}

async function join(user: NatsUser): Promise<Member> {
  const member = new Member(server, user);
  stopping.push(() => member.cluster.onApplicationShutdown());
  await member.cluster.onModuleInit();
  return member;
}

describe('the claims of several gateways', () => {
  it('hold for all of them until the capture ends', async () => {
    expect([await a.claim('c1'), await b.claim('c1')]).toEqual(['granted', ACTIVE]);
    a.end('c1');
    await a.heard();
    expect(await b.claim('c1')).toBe('granted');
  });

  it('bound a user and a session', async () => {
    const ofUser = (n: number) => ({ user_id: 'u1', session_id: `s${n}` });
    const claims = [1, 2, 3, 4].map((n) => (n % 2 === 0 ? a : b).claim(`c${n}`, ofUser(n)));
    expect(await Promise.all(claims)).toEqual(['granted', 'granted', 'granted', 'granted']);
    const error_code = 'limit_concurrent_captures_exceeded';
    expect(await a.claim('c5', ofUser(5))).toEqual({ error_code, reason: 'limit 4 for one user' });
    await a.claim('c6', { user_id: 'u2' });
    await b.claim('c7', { user_id: 'u2' });
    expect(await a.claim('c8', { user_id: 'u2' })).toEqual({ error_code, reason: 'limit 2 for one session' });
    // what was refused counts for nothing, also with the next beat
    await a.beat();
    b.end('c7');
    await b.heard();
    expect(await a.claim('c8', { user_id: 'u2' })).toBe('granted');
  });

  it('may have any identifier', async () => {
    const name = '用"\r\n'.repeat(32);
    const of = { user_id: name, session_id: name };
    expect([await a.claim(name, of), await b.claim(name, of)]).toEqual(['granted', ACTIVE]);
  });

  it(
    quote(
      'If the registrar receives nothing from a process for more than 3 s, the process is gone. The registrar releases its claims',
    ),
    async () => {
      await a.claim('c1');
      await b.claim('c2');
      clock.advance(3_000);
      await b.beat();
      expect([await b.claim('c1'), await a.claim('c2')]).toEqual([ACTIVE, ACTIVE]);

      await b.heard();
      clock.advance(3_000);
      await b.beat();
      clock.advance(500);
      expect(await b.claim('c1')).toBe('granted');
      const c = await join('camera-feed-2');
      expect(await c.claim('c2')).toEqual(ACTIVE);
    },
  );

  it(quote('Each second a process sends all its claims with `held`'), async () => {
    await a.claim('c1');
    clock.advance(2_500);
    await a.beat();
    clock.advance(2_500);
    expect(await b.claim('c1')).toEqual(ACTIVE);
    a.end('c1');
    await a.beat();
    await a.beat();
    expect(await b.claim('c1')).toBe('granted');
  });

  it('are not lost by a late refusal of one that was let go before', async () => {
    await registrar.onApplicationShutdown();
    const registrar_by_hand = await server.connect('capture-registrar');
    const messages = registrar_by_hand.subscribe('a3cp.cl.v1.registrar.*')[Symbol.asyncIterator]();
    const next = async (): Promise<Msg> => (await messages.next()).value as Msg;
    await registrar_by_hand.flush();

    const refused = a.claim('c1');
    const late = await next();
    a.end('c1');
    const granted = a.claim('c1');
    const [, claim] = [await next(), await next()];
    claim.respond(JSON.stringify({ event: 'claim.granted' }));
    late.respond(JSON.stringify({ event: 'claim.refused', ...ACTIVE }));
    expect([await granted, await refused]).toEqual(['granted', ACTIVE]);
    a.clock.advance(1_000);
    expect((await next()).json()).toMatchObject({ claims: [{ capture_id: 'c1' }] });
  });

  it(
    'are those of everybody, as ' + quote('No identifier of a client is part of a subject'.replace('no', 'No')),
    async () => {
      const spy = await server.connect('capture-registrar');
      const subjects = new Set<string>();
      spy.subscribe('a3cp.cl.v1.registrar.*', { callback: (_error, { subject }) => void subjects.add(subject) });
      await spy.flush();
      await a.claim('c1');
      await a.beat();
      expect([...subjects]).toEqual(['a3cp.cl.v1.registrar.camera-feed-0']);
    },
  );
});

describe('the used tickets of several gateways', () => {
  const TICKET = { ticket_id: 't1', dies_at: 1_767_225_665 };

  it('are those of all', async () => {
    expect([await a.cluster.spend(TICKET), await b.cluster.spend(TICKET), await a.cluster.spend(TICKET)]).toEqual([
      true,
      false,
      false,
    ]);
    expect(await b.cluster.spend({ ...TICKET, ticket_id: 't2' })).toBe(true);
  });

  it('stay known to a registrar that was cut off', async () => {
    await a.cluster.spend(TICKET);
    await server.kill();
    await Promise.all([a.cutOff(), b.cutOff()]);
    await expect(a.cluster.spend(TICKET)).rejects.toThrow('not connected');
    await server.startAgain();
    await b.granted('there');
    expect(await b.cluster.spend(TICKET)).toBe(false);
  });

  it('can be asked for by nobody while there is no registrar', async () => {
    await registrar.onApplicationShutdown();
    await expect(a.cluster.spend(TICKET)).rejects.toThrow();
  });
});

it(quote('more than 3 `held` in a row have no answer'), async () => {
  await registrar.onApplicationShutdown();
  const by_hand = await server.connect('capture-registrar');
  const messages = by_hand.subscribe('a3cp.cl.v1.registrar.*')[Symbol.asyncIterator]();
  const next = async (): Promise<Msg> => (await messages.next()).value as Msg;
  await by_hand.flush();
  const hangs = 'it does not answer';

  for (let beat = 1; beat <= 3; beat++) {
    a.clock.advance(1_000);
    await next();
  }
  const asked = a.claim('c1');
  (await next()).respond(JSON.stringify({ event: 'claim.granted' }));
  expect(await asked).toBe('granted');
  a.clock.advance(1_000);
  const last = await next();
  await expect(a.claim('c2')).rejects.toThrow(hangs);
  await expect(a.cluster.spend({ ticket_id: 't1', dies_at: 1_767_225_665 })).rejects.toThrow(hangs);

  last.respond(JSON.stringify({ event: 'held.ack' }));
  a.clock.advance(1_000);
  const held = await next();
  // also what it was not asked for
  expect(held.json()).toMatchObject({ claims: [{ capture_id: 'c1' }, { capture_id: 'c2' }] });
});

describe('a registrar that is gone', () => {
  it('is missed at once, and knows with the next beat what runs, also what it was never asked for', async () => {
    await a.claim('c1');
    await registrar.onApplicationShutdown();
    await expect(a.claim('c2')).rejects.toThrow();
    await startRegistrar();
    await a.beat();
    expect([await b.claim('c1'), await b.claim('c2')]).toEqual([ACTIVE, ACTIVE]);
    a.end('c1');
    await a.heard();
    expect(await b.claim('c1')).toBe('granted');
  });

  it.each([
    ['more than one message takes', ''],
    ['more than one message takes, of the longest identifiers', '𝄞'.repeat(250)],
  ])('also if it is %s', async (_what, tail) => {
    const many = Array.from({ length: 250 }, (_, n) => ({ capture_id: `c${n}${tail}`, user_id: `u${n}${tail}` }));
    await Promise.all(many.map(({ capture_id, user_id }) => a.claim(capture_id, { user_id })));
    await registrar.onApplicationShutdown();
    await startRegistrar();
    await a.beat();
    await a.beat();
    const answers = await Promise.all(many.map(({ capture_id, user_id }) => b.claim(capture_id, { user_id })));
    expect(answers).toEqual(many.map(() => ACTIVE));
  });

  it(quote('a new registrar can start before the old one stops'), async () => {
    await a.claim('c1');
    await startRegistrar();
    await a.beat();
    await registrar.onApplicationShutdown();
    expect(await b.claim('c1')).toEqual(ACTIVE);
  });

  it(quote('lets all of it go on, even above a quota'), async () => {
    await registrar.onApplicationShutdown();
    for (const [member, names] of [
      [a, ['c1', 'c2']],
      [b, ['c3', 'c4']],
    ] as const) {
      for (const name of names) await expect(member.claim(name, { user_id: 'u1' })).rejects.toThrow();
    }
    await startRegistrar();
    await a.beat();
    await b.beat();
    const error_code = 'limit_concurrent_captures_exceeded';
    expect(await a.claim('c5', { user_id: 'u1' })).toMatchObject({ error_code });
    for (const [member, name] of [
      [a, 'c1'],
      [b, 'c3'],
    ] as const) {
      member.end(name);
      await member.heard();
      expect(await a.claim('c5', { user_id: 'u1' })).toMatchObject({ error_code });
    }
    b.end('c4');
    await b.heard();
    expect(await a.claim('c5', { user_id: 'u1' })).toBe('granted');
  });
});

describe('a gateway that was cut off', () => {
  it(quote('If another gateway has claimed the same meanwhile, both captures go on'), async () => {
    await a.claim('c1');
    await a.claim('c2');
    clock.advance(3_500);
    expect(await b.claim('c1')).toBe('granted');
    await a.beat();
    expect([await b.claim('c2'), await a.claim('c1')]).toEqual([ACTIVE, ACTIVE]);
    b.end('c1');
    await b.heard();
    const c = await join('camera-feed-2');
    expect(await c.claim('c1')).toBe('granted');
  });

  it(quote('The registrar begins anew; the gateways find the server again by themselves'), async () => {
    await a.claim('c1');
    await a.claim('c2');
    await server.kill();
    await Promise.all([a.cutOff(), b.cutOff()]);
    await expect(a.claim('c3')).rejects.toThrow('not connected');
    a.end('c1');
    await server.startAgain();
    await Promise.all([a.granted('there'), b.granted('here')]);
    expect(await b.claim('c1')).toBe('granted');
    await a.beat();
    expect([await b.claim('c2'), await b.claim('c3')]).toEqual([ACTIVE, ACTIVE]);
  });
});

describe('sessions that end', () => {
  const SESSION = { user_id: '用', session_id: 's "1"' };

  it(quote('session_manager tells the end of a session to all gateways in one message'), async () => {
    const ends = new NatsSessionEnds(server.url('session-manager'));
    stopping.push(() => ends.onApplicationShutdown());
    await ends.onModuleInit();
    const told = [a, b].map(({ cluster }) => new Promise((resolve) => (cluster.onSessionClosed = resolve)));
    ends.ended(SESSION);
    expect(await Promise.all(told)).toEqual([SESSION, SESSION]);
  });

  it(quote('The session token is the SHA-256 of'), async () => {
    const ends = new NatsSessionEnds(server.url('session-manager'));
    stopping.push(() => ends.onApplicationShutdown());
    await ends.onModuleInit();
    const gateway = await server.connect('camera-feed-0');
    const told = new Promise<Msg>((resolve) => {
      gateway.subscribe('a3cp.session.v1.closed.*', { callback: (_error, message) => resolve(message) });
    });
    await gateway.flush();
    ends.ended(SESSION);
    const message = await told;
    const token = createHash('sha256').update('["用","s \\"1\\""]').digest('base64url');
    expect(message.subject).toBe(`a3cp.session.v1.closed.${token}`);
    expect(message.json()).toEqual(SESSION);
  });

  it(quote('What is not of this form ends no session'), async () => {
    const other = await server.connect('session-manager');
    const told = new Promise((resolve) => (a.cluster.onSessionClosed = resolve));
    for (const text of ['', '{', 'null', '[]', '{"user_id":"u1"}', '{"user_id":"u1","session_id":1}']) {
      other.publish('a3cp.session.v1.closed.x', text);
    }
    other.publish('a3cp.session.v1.closed.x', JSON.stringify(SESSION));
    expect(await told).toEqual(SESSION);
  });
});

it('what is no word of a gateway is answered by no registrar, and does it no harm', async () => {
  const gateway = await server.connect('camera-feed-0');
  for (const text of ['', '{', 'null', '{"claim":{}}', '{"ticket":{"ticket_id":"t1"}}']) {
    gateway.publish('a3cp.cl.v1.registrar.camera-feed-0', text);
  }
  await gateway.flush();
  expect(await a.claim('c1')).toBe('granted');
});
