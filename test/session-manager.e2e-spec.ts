import { SessionManagerModule } from '@a3cp/session-manager';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { Controller, type DynamicModule, type INestApplication, Post } from '@nestjs/common';
import { Test } from '@nestjs/testing';
import { jwtVerify } from 'jose';
import { randomUUID } from 'node:crypto';
import type { AddressInfo, Server } from 'node:net';
import { quote } from './support/protocol.js';

/** What no answer to a faulty request may hold. */
const SECRET = 'jane-doe';

interface Answer {
  readonly status: number;
  readonly text: string;
  readonly body: Record<string, unknown>;
}

type Stub = typeof SessionManagerModule | DynamicModule;

/** Another route of the host. */
@Controller('elsewhere')
class HostController {
  @Post()
  answer(): object {
    return {};
  }
}

describe('session_manager', () => {
  let app: INestApplication;
  let url: string;

  async function startApp(prefix: string, stub: Stub = SessionManagerModule): Promise<void> {
    const module = await Test.createTestingModule({
      imports: [stub],
      controllers: [HostController],
    }).compile();
    app = module.createNestApplication({ logger: false });
    app.setGlobalPrefix(prefix);
    await app.listen(0, '127.0.0.1');
    url = `http://127.0.0.1:${((app.getHttpServer() as Server).address() as AddressInfo).port}${prefix}`;
  }

  beforeEach(() => startApp(''));

  afterEach(() => app.close());

  async function send(
    path: string,
    body: string | Buffer<ArrayBuffer>,
    headers: Record<string, string> = {},
  ): Promise<Answer> {
    const response = await fetch(`${url}${path}`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', ...headers },
      body,
    });
    const text = await response.text();
    return { status: response.status, text, body: JSON.parse(text) as Record<string, unknown> };
  }

  function post(route: string, body: unknown): Promise<Answer> {
    return send(`/session_manager/sessions.${route}`, JSON.stringify(body));
  }

  function startBody(overrides: object = {}): object {
    return {
      schema_version: '1.0.1',
      record_id: randomUUID(),
      user_id: 'u1',
      timestamp: '2026-01-01T00:00:00.000Z',
      performer_id: 'p1',
      ...overrides,
    };
  }

  function endBody(session_id: unknown, overrides: object = {}): object {
    return { ...startBody(), session_id, end_time: '2026-01-01T00:01:00.000Z', ...overrides };
  }

  async function started(user_id = 'u1'): Promise<unknown> {
    const { status, body } = await post('start', startBody({ user_id }));
    expect(status).toBe(200);
    return body['session_id'];
  }

  async function statusOf(session_id: unknown, user_id = 'u1'): Promise<unknown> {
    const { status, body } = await post('validate', { user_id, session_id });
    expect(status).toBe(200);
    return body['status'];
  }

  it('starts a session, says that it is active, ends it, says that it is closed', async () => {
    const start = await post('start', startBody());
    const session = {
      session_id: expect.any(String),
      user_id: 'u1',
      performer_id: 'p1',
      start_time: expect.stringMatching(/Z$/),
    };
    expect(start).toMatchObject({ status: 200, body: session });
    const { session_id } = start.body;
    expect(await statusOf(session_id)).toBe('active');

    const end = await post('end', endBody(session_id));
    expect(end).toMatchObject({ status: 200, body: { ...start.body, end_time: '2026-01-01T00:01:00.000Z' } });
    expect(await statusOf(session_id)).toBe('closed');
  });

  it(quote('answers 200 with {"status": "active"}, "closed" or "invalid"'), async () => {
    const session_id = await started();
    expect(await post('validate', { user_id: 'u1', session_id })).toMatchObject({ text: '{"status":"active"}' });
    expect(await post('validate', { user_id: 'u2', session_id })).toMatchObject({ text: '{"status":"invalid"}' });
    await post('end', endBody(session_id));
    expect(await post('validate', { user_id: 'u1', session_id })).toMatchObject({ text: '{"status":"closed"}' });
  });

  describe(quote('answers 200 with {"statuses": ["active", …]}, one for each session in the same order'), () => {
    const validateBatch = (sessions: unknown): Promise<Answer> => post('validate_batch', { sessions });

    it('as sessions.validate would', async () => {
      const [running, ended] = [await started('u1'), await started('u2')];
      await post('end', endBody(ended, { user_id: 'u2' }));
      const sessions = [
        { user_id: 'u2', session_id: ended },
        { user_id: 'u1', session_id: running },
        { user_id: 'u2', session_id: running },
      ];
      expect(await validateBatch(sessions)).toMatchObject({
        status: 200,
        text: '{"statuses":["closed","active","invalid"]}',
      });
      expect((await validateBatch([])).text).toBe('{"statuses":[]}');
    });

    it('and takes 100 of them, as long as they can be', async () => {
      const name = '\u{1f44b}'.repeat(120);
      const { status, body } = await validateBatch(
        Array.from({ length: 100 }, () => ({ user_id: name, session_id: name })),
      );
      expect([status, body['statuses']]).toEqual([200, Array.from({ length: 100 }, () => 'invalid')]);
    });

    it.each([
      [undefined, 'sessions must be '],
      [SECRET, 'sessions must be '],
      [{ [SECRET]: SECRET }, 'sessions must be '],
      [[SECRET], 'sessions must be '],
      [[[{ user_id: SECRET }]], 'sessions.0.'],
      [[{ user_id: SECRET }], 'sessions.0.session_id must be a string'],
      [[{ user_id: [SECRET], session_id: SECRET }], 'sessions.0.user_id must be a string'],
      [Array.from({ length: 101 }, () => ({ user_id: SECRET, session_id: SECRET })), 'sessions must be at most 100'],
    ])('and 400 to sessions %#, without a word of them', async (sessions, says) => {
      const { status, text } = await validateBatch(sessions);
      expect(status).toBe(400);
      expect(text).toContain(says);
      expect(text).not.toContain(SECRET);
    });

    it('and 400 to what is nested without end', async () => {
      const deep = `${'['.repeat(20_000)}${']'.repeat(20_000)}`;
      for (const sessions of [deep, `[{"user_id":${deep}}]`]) {
        expect((await send('/session_manager/sessions.validate_batch', `{"sessions":${sessions}}`)).status).toBe(400);
      }
    });
  });

  it.each(['', ' ', 'x'.repeat(200)])('answers "invalid" to a session_id that no session can have, %#', async (id) => {
    expect(await statusOf(id)).toBe('invalid');
  });

  it('starts the same session again while it is active, and a new one once it is closed', async () => {
    const first = await post('start', startBody());
    const again = await post('start', startBody({ performer_id: 'p2' }));
    expect(again).toEqual(first);

    await post('end', endBody(first.body['session_id']));
    expect(await started()).not.toBe(first.body['session_id']);
  });

  it.each([[undefined], [null], ['']])('takes performer_id %j', async (performer_id) => {
    const { status, body } = await post('start', startBody({ performer_id }));
    expect(status).toBe(200);
    expect(body['performer_id']).toBe(performer_id ?? null);
  });

  it('takes fields it does not know and returns none of them', async () => {
    const { status, text } = await post('start', startBody({ modality: 'image', is_training_data: true, x: [SECRET] }));
    expect(status).toBe(200);
    expect(text).not.toContain(SECRET);
  });

  describe('sessions.end', () => {
    it('answers 404 to an unknown session, and nothing changes', async () => {
      const session_id = await started();
      const { status, text } = await post('end', endBody(SECRET));
      expect(status).toBe(404);
      expect(text).not.toContain(SECRET);
      expect(await statusOf(session_id)).toBe('active');
    });

    it("answers 403 to another user's session, and nothing changes", async () => {
      const session_id = await started();
      const own = await started(SECRET);
      const { status, text } = await post('end', endBody(session_id, { user_id: SECRET }));
      expect(status).toBe(403);
      expect(text).not.toContain(SECRET);
      expect(await statusOf(session_id)).toBe('active');
      expect(await statusOf(own, SECRET)).toBe('active');
    });

    it('answers 409 to a closed session, and nothing changes', async () => {
      const closed = await started();
      await post('end', endBody(closed));
      const running = await started();
      expect(await post('end', endBody(closed))).toMatchObject({ status: 409 });
      expect(await statusOf(closed)).toBe('closed');
      expect(await statusOf(running)).toBe('active');
    });
  });

  describe('answers 400, names the field, repeats nothing, and nothing changes', () => {
    const common = [
      ['schema_version', [undefined, null, 1, '2.0.0', `1.0.${SECRET}`]],
      ['record_id', [undefined, null, 1, SECRET, `6f1f7c0e-5d0b-4b53-9a55-6f3f9f6f0c1${SECRET}`]],
      [
        'user_id',
        [undefined, null, 1, '', '  ', [SECRET], { [SECRET]: SECRET }, `${SECRET}\n`, '\ud800', 'x'.repeat(129)],
      ],
      ['timestamp', [undefined, null, 1_767_225_600_000, SECRET, '2026-02-30T00:00:00Z']],
      ['performer_id', [1, [SECRET], `${SECRET}\u0000`, 'x'.repeat(129)]],
    ] as const;
    const ofEnd = [
      ['session_id', [undefined, null, 1, '', [SECRET], `${SECRET}\n`, 'x'.repeat(129)]],
      ['end_time', [undefined, null, 1, SECRET, '2026-02-30T00:00:00Z']],
    ] as const;
    const rows = (fields: readonly (readonly [string, readonly unknown[]])[]) =>
      fields.flatMap(([field, values]) => values.map((value) => [field, value] as const));

    function expectRefusal({ status, text, body }: Answer, field: string): void {
      expect(status).toBe(400);
      expect(body['message']).toEqual([expect.stringMatching(new RegExp(`^${field} must be `))]);
      expect(text).not.toContain(SECRET);
    }

    it.each(rows(common))('sessions.start, %s %j', async (field, value) => {
      const active = await started('u1');
      expectRefusal(await post('start', startBody({ [field]: value })), field);
      expect(await started('u1')).toBe(active);
    });

    it.each(rows([...common, ...ofEnd]))('sessions.end, %s %j', async (field, value) => {
      const active = await started('u1');
      expectRefusal(await post('end', endBody(active, { [field]: value })), field);
      expect(await statusOf(active)).toBe('active');
    });

    it.each(rows([['user_id', [undefined, null, 1, [SECRET], { [SECRET]: 1 }]]]))(
      'sessions.validate, %s %j',
      async (field, value) => {
        expectRefusal(await post('validate', { user_id: 'u1', session_id: 's1', [field]: value }), field);
      },
    );
  });

  it.each([['start'], ['end'], ['validate']])('answers 400 to a body of sessions.%s that is a list', async (route) => {
    const { status, text } = await post(route, [{ ...endBody(SECRET), user_id: SECRET }]);
    expect(status).toBe(400);
    expect(text).not.toContain(SECRET);
  });

  describe(quote('The stub issues tickets'), () => {
    const secret = 'a secret of at least thirty-two bytes';

    beforeEach(async () => {
      await app.close();
      await startApp('', SessionManagerModule.with({ ticket_secret: secret }));
    });

    it.each([undefined, null, 'c1'])('for capture %p', async (capture_id) => {
      const session_id = await started();
      const { status, body } = await post('ticket', { user_id: 'u1', session_id, capture_id });
      expect(status).toBe(200);
      const { payload } = await jwtVerify(String(body['ticket']), new TextEncoder().encode(secret));
      const { iat = 0, exp = 0, jti } = payload;
      expect(payload).toMatchObject({
        aud: 'camera_feed_worker',
        user_id: 'u1',
        session_id,
        capture_id: capture_id ?? null,
      });
      expect(jti).toMatch(/^[0-9a-f-]{36}$/);
      expect(exp - iat).toBe(60);
      expect(body['expires_at']).toBe(new Date(exp * 1000).toISOString());
    });

    it('to nobody whose session it is not, and for none that is closed', async () => {
      const session_id = await started();
      expect((await post('ticket', { user_id: 'u2', session_id })).status).toBe(404);
      expect((await post('ticket', { user_id: 'u1', session_id: SECRET })).status).toBe(404);
      expect((await post('ticket', { user_id: 'u1' })).status).toBe(400);
      expect((await post('ticket', { user_id: 'u1', session_id, capture_id: '' })).status).toBe(400);
      await post('end', endBody(session_id));
      const { status, text } = await post('ticket', { user_id: 'u1', session_id });
      expect(status).toBe(409);
      expect(text).not.toContain('u1');
    });

    it('not where it has no secret', async () => {
      await app.close();
      await startApp('');
      expect((await post('ticket', { user_id: 'u1', session_id: await started() })).status).toBe(501);
    });
  });

  describe('a body that cannot be read', () => {
    const bodies: [string, string | Buffer<ArrayBuffer>, Record<string, string>][] = [
      ['is not JSON', SECRET, {}],
      ['is JSON cut off', `{"user_id":"${SECRET}`, {}],
      ['is a JSON string', `"${SECRET}"`, {}],
      ['is null', 'null', {}],
      ['is too large', JSON.stringify({ user_id: SECRET.repeat(100_000) }), {}],
      ['is of an unknown character set', '{}', { 'content-type': `application/json; charset=${SECRET}` }],
      ['is of an unknown encoding', '{}', { 'content-encoding': SECRET }],
      ['is not what its encoding says', Buffer.from(SECRET), { 'content-encoding': 'gzip' }],
    ];
    const refusal = { statusCode: 400, message: 'body must be a JSON object', error: 'Bad Request' };

    it.each(bodies)('that %s is answered with 400 in our own words', async (_, body, headers) => {
      const answer = await send('/session_manager/sessions.start', body, headers);
      expect(answer).toMatchObject({ status: 400, body: refusal });
    });

    it('is answered in our own words behind a prefix of the host too', async () => {
      await app.close();
      await startApp('/api');
      const answer = await send('/session_manager/sessions.start', SECRET);
      expect(answer).toMatchObject({ status: 400, body: refusal });
    });

    it("is left to the host on the host's other routes", async () => {
      const answer = await send('/elsewhere', JSON.stringify('x'.repeat(200_000)));
      expect(answer.status).toBe(413);
    });
  });

  it('answers 400 to a body that is no JSON object at all', async () => {
    const answer = await send('/session_manager/sessions.start', SECRET, { 'content-type': 'text/plain' });
    expect(answer.status).toBe(400);
    expect(answer.text).not.toContain(SECRET);
  });

  it.each(['user_id', 'unknown'])('answers a body whose %s is nested without end like any other', async (field) => {
    const deep = `${'['.repeat(40_000)}${']'.repeat(40_000)}`;
    const body = JSON.stringify(startBody({ [field]: 0 })).replace(`"${field}":0`, `"${field}":${deep}`);
    const { status } = await send('/session_manager/sessions.start', body);
    expect(status).toBe(field === 'unknown' ? 200 : 400);
  });
});
