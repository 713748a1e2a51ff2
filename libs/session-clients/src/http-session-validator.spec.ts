import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { EventEmitter, once } from 'node:events';
import { createServer, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import { ManualClock } from '../../../test/support/manual-clock.js';
import { quote } from '../../../test/support/protocol.js';
import { HttpSessionValidator, type HttpSessionValidatorOptions } from './http-session-validator.js';

const ACTIVE = { status: 'active' };

/** A session_manager that answers when told to. */
class Sessions {
  readonly #server: Server;
  readonly #arrivals = new EventEmitter();
  readonly #waiting: ServerResponse[] = [];
  readonly asked: { route: string; body: unknown }[] = [];

  constructor() {
    this.#server = createServer((request, response) => {
      void text(request).then((body) => {
        this.asked.push({ route: request.url?.split('/').at(-1) ?? '', body: JSON.parse(body) });
        this.#waiting.push(response);
        this.#arrivals.emit('request');
      });
    });
  }

  async start(): Promise<string> {
    this.#server.listen(0, '127.0.0.1');
    await once(this.#server, 'listening');
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  async stop(): Promise<void> {
    this.#server.close();
    this.#server.closeAllConnections();
    await once(this.#server, 'close');
  }

  /** Answers the oldest request, which may still be on its way. */
  async answer(answer: object | number): Promise<void> {
    while (this.#waiting.length === 0) await once(this.#arrivals, 'request');
    const response = this.#waiting.shift();
    if (typeof answer === 'number') response?.writeHead(answer).end();
    else response?.end(JSON.stringify(answer));
  }
}

let sessions: Sessions;
let url: string;
let clock: ManualClock;
let validator: HttpSessionValidator;

function connect(options: Partial<HttpSessionValidatorOptions> = {}): HttpSessionValidator {
  return new HttpSessionValidator({
    session_manager_url: url,
    timeout_ms: 2_000,
    cache_ms: 1_000,
    clock,
    ...options,
  });
}

/** Asks, and has session_manager answer. */
async function ask(check: 'open' | 'recheck', answer: object | number = ACTIVE): Promise<string> {
  const [status] = await Promise.all([validator.validate('u1', 's1', check), sessions.answer(answer)]);
  return status;
}

/** The answer that is known, without a question. */
function known(check: 'open' | 'recheck'): Promise<string> {
  const { length } = sessions.asked;
  return validator.validate('u1', 's1', check).finally(() => expect(sessions.asked).toHaveLength(length));
}

beforeEach(async () => {
  sessions = new Sessions();
  url = await sessions.start();
  clock = new ManualClock();
  validator = connect();
});

afterEach(() => sessions.stop());

describe(quote('The same question is never under way twice'), () => {
  it('whoever asks gets the one answer', async () => {
    const answers = [
      validator.validate('u1', 's1', 'open'),
      validator.validate('u1', 's1', 'recheck'),
      validator.validate('u1', 's1', 'open'),
    ];
    await sessions.answer(ACTIVE);

    expect(await Promise.all(answers)).toEqual(['active', 'active', 'active']);
    expect(sessions.asked).toHaveLength(1);
  });

  it('and the one refusal, and the next question is asked again', async () => {
    const answers = [validator.validate('u1', 's1', 'open'), validator.validate('u1', 's1', 'open')];
    const [, ...settled] = await Promise.all([
      sessions.answer(500),
      ...answers.map((answer) => answer.catch(() => 'none')),
    ]);
    expect(settled).toEqual(['none', 'none']);

    expect(await ask('open')).toBe('active');
    expect(sessions.asked).toHaveLength(2);
  });

  it.each([
    { one: { user_id: 'u1', session_id: 's1' }, other: { user_id: 'u1', session_id: 's2' } },
    { one: { user_id: 'u1', session_id: 's1' }, other: { user_id: 'u2', session_id: 's1' } },
    { one: { user_id: 'a","b', session_id: 'c' }, other: { user_id: 'a', session_id: 'b","c' } },
  ])('$one and $other are two questions', async ({ one, other }) => {
    const answers = [one, other].map(({ user_id, session_id }) => validator.validate(user_id, session_id, 'open'));
    await sessions.answer(ACTIVE);
    await sessions.answer(ACTIVE);

    await Promise.all(answers);
    expect(sessions.asked).toHaveLength(2);
  });
});

describe(quote('`"active"` lets running captures go on, and no capture begin: every open asks'), () => {
  it('a recheck is answered with it for session_cache_ms since the question', async () => {
    const answered = validator.validate('u1', 's1', 'open');
    clock.advance(600);
    await sessions.answer(ACTIVE);
    await answered;

    clock.advance(400);
    expect(await known('recheck')).toBe('active');
    clock.advance(1);
    expect(await ask('recheck', { status: 'closed' })).toBe('closed');
  });

  it('an open is not, and what it learns counts from then on', async () => {
    await ask('open');
    expect(await ask('open', { status: 'invalid' })).toBe('invalid');
    expect(await ask('recheck')).toBe('active');
  });

  it('nor is an open while session_manager cannot be asked', async () => {
    await ask('open');
    await expect(ask('open', 503)).rejects.toThrow('HTTP 503');
  });
});

it(quote('`"closed"` also refuses an open, since a session that has ended stays ended'), async () => {
  await ask('recheck', { status: 'closed' });
  clock.advance(1_000);
  expect(await known('open')).toBe('closed');
  clock.advance(1);
  expect(await ask('open', { status: 'closed' })).toBe('closed');
});

it(quote('`"invalid"` is never used again, since the session may begin in the next moment'), async () => {
  await ask('open', { status: 'invalid' });
  expect(await ask('open')).toBe('active');
});

it('given session_cache_ms 0, then no answer is used twice', async () => {
  validator = connect({ cache_ms: 0 });
  await ask('open');
  expect(await ask('recheck', { status: 'closed' })).toBe('closed');
  expect(await ask('open')).toBe('active');
});

it('given more sessions than it remembers, then it forgets the one it needed last', async () => {
  validator = connect({ batch: true, cache_ms: 5_000 });
  await ask('open');
  // one request at a time: all at once would take a busy machine longer than a question may
  for (let first = 0; first < 10_000; first += 40) {
    const others = Array.from({ length: 40 }, (_, n) => validator.validate('u1', `other ${first + n}`, 'recheck'));
    await sessions.answer({ statuses: others.map(() => 'active') });
    await Promise.all(others);
  }

  expect(await validator.validate('u1', 'other 0', 'recheck')).toBe('active');
  const asked = sessions.asked.length;
  const again = validator.validate('u1', 's1', 'recheck');
  await sessions.answer({ statuses: ['closed'] });
  expect(await again).toBe('closed');
  expect(sessions.asked).toHaveLength(asked + 1);
});

describe('forget', () => {
  it('given an answer, then the next question is asked', async () => {
    await ask('open');
    validator.forget('u1', 's1');
    expect(await ask('recheck', { status: 'closed' })).toBe('closed');
  });

  it('given a question under way, then nobody else gets its answer, now or later', async () => {
    const before = validator.validate('u1', 's1', 'open');
    validator.forget('u1', 's1');
    const after = validator.validate('u1', 's1', 'open');
    await sessions.answer(ACTIVE);
    expect(await before).toBe('active');
    const joined = validator.validate('u1', 's1', 'recheck');
    await sessions.answer({ status: 'closed' });

    expect([await after, await joined]).toEqual(['closed', 'closed']);
    expect(sessions.asked).toHaveLength(2);
    expect(await known('open')).toBe('closed');
  });

  it('given another session, then it stays known', async () => {
    await ask('open');
    validator.forget('u1', 's2');
    validator.forget('u2', 's1');
    expect(await known('recheck')).toBe('active');
  });
});

describe(quote('the checks during captures that fall due together are one request'), () => {
  beforeEach(() => {
    validator = connect({ batch: true });
  });

  it('of many sessions, each of which gets its own status', async () => {
    const answers = ['s1', 's2', 's1', 's3'].map((session_id) => validator.validate('u1', session_id, 'recheck'));
    await sessions.answer({ statuses: ['active', 'closed', 'invalid'] });

    expect(await Promise.all(answers)).toEqual(['active', 'closed', 'active', 'invalid']);
    const body = { sessions: ['s1', 's2', 's3'].map((session_id) => ({ user_id: 'u1', session_id })) };
    expect(sessions.asked).toEqual([{ route: 'sessions.validate_batch', body }]);
  });

  it('of which one without a status counts as unanswered, and the others count', async () => {
    const answers = ['s1', 's2'].map((session_id) => validator.validate('u1', session_id, 'recheck'));
    const [, settled] = await Promise.all([
      sessions.answer({ statuses: [null, 'active'] }),
      Promise.allSettled(answers),
    ]);
    expect(settled.map(({ status }) => status)).toEqual(['rejected', 'fulfilled']);
  });

  it('of at most 40 sessions', async () => {
    const answers = Array.from({ length: 41 }, (_, n) => validator.validate('u1', `s${n}`, 'recheck'));
    await sessions.answer({ statuses: Array.from({ length: 40 }, () => 'active') });
    await sessions.answer({ statuses: ['closed'] });
    expect((await Promise.all(answers)).filter((status) => status === 'closed')).toHaveLength(1);
  });

  it('of less than 100 KB, which a body parser takes by default, also of the longest identifiers', async () => {
    const longest = '𝄞'.repeat(128).padEnd(256 + 127, '\u3000');
    const answers = Array.from({ length: 40 }, (_, n) => validator.validate(longest, `${longest}${n}`, 'recheck'));
    await sessions.answer({ statuses: answers.map(() => 'active') });
    await Promise.all(answers);
    expect(Buffer.byteLength(JSON.stringify(sessions.asked[0]?.body))).toBeLessThan(100 * 1_024);
  });

  it('and an open is asked by itself', async () => {
    expect(await ask('open')).toBe('active');
    expect(sessions.asked).toMatchObject([{ route: 'sessions.validate' }]);
  });

  it('where the host has not said so, each is asked by itself', async () => {
    validator = connect();
    const answers = ['s1', 's2'].map((session_id) => validator.validate('u1', session_id, 'recheck'));
    await sessions.answer(ACTIVE);
    await sessions.answer(ACTIVE);
    await Promise.all(answers);
    expect(sessions.asked.map(({ route }) => route)).toEqual(['sessions.validate', 'sessions.validate']);
  });
});
