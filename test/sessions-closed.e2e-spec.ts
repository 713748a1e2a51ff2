import { HttpSessionValidator } from '@a3cp/camera-feed';
import { SessionManagerModule } from '@a3cp/session-manager';
import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import type { INestApplication } from '@nestjs/common';
import { Test } from '@nestjs/testing';
import { randomUUID } from 'node:crypto';
import { Gateway } from './support/gateway.js';
import { quote } from './support/protocol.js';
import { aborted, COMPLETED, completed, verdictOf } from './support/verdict.js';

const SECRET = 'what session_manager and the gateway share';

/** What no answer may hold. */
const CLIENT_TEXT = 'jane-doe';

const SESSION = { user_id: 'u1', session_id: 's1' };

let gateway: Gateway;

afterEach(() => gateway.stop());

interface Answer {
  readonly status: number;
  readonly text: string;
  readonly headers: Headers;
}

async function post(body: string, headers: Record<string, string>): Promise<Answer> {
  const response = await fetch(`http://127.0.0.1:${gateway.port}/camera_feed_worker/sessions.closed`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...headers },
    body,
  });
  return { status: response.status, text: await response.text(), headers: response.headers };
}

/** Tells the gateway that a session has ended; returns how many captures it says it has aborted. */
async function closed(session: object = SESSION): Promise<unknown> {
  const { status, text } = await post(JSON.stringify(session), { authorization: `Bearer ${SECRET}` });
  expect(status).toBe(200);
  return (JSON.parse(text) as { aborted_captures: unknown }).aborted_captures;
}

describe(quote('aborts every capture of this session with `session_closed` at once, within 100 ms'), () => {
  beforeEach(async () => {
    gateway = await Gateway.start({}, { sessionsClosedSecret: SECRET });
  });

  it('while the clock stands still, and the extractor gets their ends', async () => {
    const [one, other] = [await gateway.capturing({ capture_id: 'c1' }), await gateway.capturing({ capture_id: 'c2' })];
    const accepted = gateway.next('frame_bytes');
    one.frame(1);
    await accepted;

    expect(await closed()).toBe(2);

    expect([await verdictOf(one), await verdictOf(other)]).toEqual([
      aborted('session_closed'),
      aborted('session_closed'),
    ]);
    expect(gateway.extractor.streams.map(({ ends }) => ends)).toMatchObject([
      [{ error_code: 'session_closed', frame_count: 1 }],
      [{ error_code: 'session_closed', frame_count: 0 }],
    ]);
    expect(gateway.sessions.asked).toBe(2);
  });

  it('within 100 ms, from the request to the close at the client', async () => {
    const times: number[] = [];
    for (let n = 0; n < 9; n++) {
      const client = await gateway.capturing({ capture_id: `c${n}` });
      const told_at = performance.now();
      void client.closed.then(() => times.push(performance.now() - told_at));
      await closed();
      expect(await verdictOf(client)).toEqual(aborted('session_closed'));
    }
    // the middle one, since a pause of this machine in one of them is not the gateway's
    expect(times.sort((a, b) => a - b)[4]).toBeLessThan(100);
  });

  it('also one whose session is still being asked for, whatever the answer will be', async () => {
    gateway.sessions.answers = 'when told';
    const client = await gateway.connect();
    const asked = gateway.sessions.next();
    client.open();
    await asked;

    expect(await closed()).toBe(1);
    gateway.sessions.answer('active');

    expect(await verdictOf(client)).toEqual(aborted('session_closed'));
    expect(gateway.extractor.streams).toEqual([]);
  });

  it('also one that waits for the extractor, which gets its end when it accepts', async () => {
    gateway.extractor.opens = 'when told';
    const client = await gateway.connect();
    const asked = gateway.extractor.next('open');
    client.open();
    await asked;

    expect(await closed()).toBe(1);
    expect(await verdictOf(client)).toEqual(aborted('session_closed'));
    const ended = gateway.extractor.next('end');
    gateway.extractor.acceptOpen();
    await ended;
    expect(gateway.extractor.stream.ends).toMatchObject([{ error_code: 'session_closed', frame_count: 0 }]);
  });

  it('and no capture of another session or of another user', async () => {
    const client = await gateway.capturing();

    expect(await closed({ ...SESSION, session_id: 's2' })).toBe(0);
    expect(await closed({ ...SESSION, user_id: 'u2' })).toBe(0);

    expect(await completed(client)).toEqual(COMPLETED);
    expect(await closed()).toBe(0);
  });

  it(quote('and drops what was answered for it before'), async () => {
    const forget = jest.fn();
    gateway.sessions.forget = forget;
    await closed();
    expect(forget.mock.calls).toEqual([['u1', 's1']]);
  });
});

describe(quote('401 without the secret, 400 for a body that breaks its schema, 404 where there is no secret'), () => {
  const body = JSON.stringify({ user_id: CLIENT_TEXT, session_id: CLIENT_TEXT });
  const good = { authorization: `Bearer ${SECRET}` };

  it.each([undefined, '', 'Bearer', `Bearer ${SECRET}x`, `Basic ${SECRET}`])('401 to %j', async (authorization) => {
    gateway = await Gateway.start({}, { sessionsClosedSecret: SECRET });
    const client = await gateway.capturing();
    for (const sent of [body, JSON.stringify(SESSION), '{}']) {
      const answer = await post(sent, authorization === undefined ? {} : { authorization });
      expect([answer.status, answer.headers.get('www-authenticate')]).toEqual([401, 'Bearer']);
      expect(answer.text).not.toContain(CLIENT_TEXT);
    }
    expect(await completed(client)).toEqual(COMPLETED);
  });

  it.each([
    ['{}', 'user_id must be a string'],
    [JSON.stringify({ user_id: CLIENT_TEXT }), 'session_id must be a string'],
    [JSON.stringify({ user_id: CLIENT_TEXT, session_id: [CLIENT_TEXT] }), 'session_id must be a string'],
    [JSON.stringify({ user_id: CLIENT_TEXT, session_id: `${CLIENT_TEXT}\n` }), 'session_id must be a string'],
    [JSON.stringify({ user_id: CLIENT_TEXT.repeat(17), session_id: 's1' }), 'user_id must be a string'],
    [JSON.stringify([CLIENT_TEXT]), 'user_id must be a string'],
    [CLIENT_TEXT, 'body must be a JSON object'],
    [`{"user_id":"${CLIENT_TEXT}`, 'body must be a JSON object'],
    [JSON.stringify({ user_id: CLIENT_TEXT.repeat(100_000) }), 'body must be a JSON object'],
  ])('400 to body %#, without a word of it', async (sent, says) => {
    gateway = await Gateway.start({}, { sessionsClosedSecret: SECRET });
    const { status, text } = await post(sent, good);
    expect(status).toBe(400);
    expect(text).toContain(says);
    expect(text).not.toContain(CLIENT_TEXT);
  });

  it.each([{}, good])('404 where there is no secret, %j', async (headers) => {
    gateway = await Gateway.start();
    const client = await gateway.capturing();
    const { status, text } = await post(JSON.stringify(SESSION), headers);
    expect(status).toBe(404);
    expect(text).not.toContain('s1');
    expect(await completed(client)).toEqual(COMPLETED);
  });

  it('a secret of fewer than 32 bytes is no secret: the host does not start', async () => {
    await expect(Gateway.start({}, { sessionsClosedSecret: SECRET.slice(0, 31) })).rejects.toThrow('32 bytes');
    gateway = await Gateway.start();
  });
});

describe('the stub of session_manager', () => {
  let stub: INestApplication;

  afterEach(() => stub.close());

  async function session(route: string, body: object): Promise<Record<string, unknown>> {
    const message = { schema_version: '1.0.1', record_id: randomUUID(), timestamp: '2026-01-01T00:00:00Z' };
    const response = await fetch(`${await stub.getUrl()}/session_manager/sessions.${route}`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ ...message, user_id: 'u1', end_time: message.timestamp, ...body }),
    });
    expect(response.status).toBe(200);
    return (await response.json()) as Record<string, unknown>;
  }

  /** The stub, and where the gateway is that it tells. */
  async function startStub(): Promise<{ camera_feed_url: string }> {
    const told = { camera_feed_url: 'http://127.0.0.1:1', sessions_closed_secret: SECRET };
    const module = await Test.createTestingModule({
      imports: [SessionManagerModule.with({ gateway: told })],
    }).compile();
    stub = module.createNestApplication({ logger: false });
    await stub.listen(0, '127.0.0.1');
    return told;
  }

  it('tells the gateway of a session that ends: its capture is aborted, and its next open refused', async () => {
    const told = await startStub();
    const sessionValidator = new HttpSessionValidator({
      session_manager_url: await stub.getUrl(),
      timeout_ms: 2_000,
      cache_ms: 5_000,
    });
    gateway = await Gateway.start({}, { sessionsClosedSecret: SECRET, sessionValidator });
    told.camera_feed_url = `http://127.0.0.1:${gateway.port}/`;
    const { session_id } = (await session('start', {})) as { session_id: string };
    const client = await gateway.capturing({ session_id });

    await session('end', { session_id });

    expect(await verdictOf(client)).toEqual(aborted('session_closed'));
    const next = await gateway.connect();
    next.open({ session_id, capture_id: 'c2' });
    expect(await verdictOf(next)).toEqual(aborted('session_closed'));
  });

  it('ends a session also where the gateway cannot be told', async () => {
    gateway = await Gateway.start();
    await startStub();
    const { session_id } = await session('start', {});
    expect(await session('end', { session_id })).toMatchObject({ session_id });
    expect(await session('validate', { session_id })).toEqual({ status: 'closed' });
  });
});
