import { HttpSessionValidator, type HttpSessionValidatorOptions } from '@a3cp/camera-feed';
import { type CaptureLimits, type SessionCheck, type SessionStatus, SessionValidator } from '@a3cp/capture-domain';
import type { CaptureSocketClient } from '@a3cp/testing';
import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import { setImmediate } from 'node:timers/promises';
import { Gateway } from './support/gateway.js';
import { quote } from './support/protocol.js';
import { aborted, COMPLETED, verdictOf } from './support/verdict.js';

const TICK_MS = 50;

/** A session_manager behind HTTP. */
class SessionManagerServer {
  readonly #server: Server;
  /** What every question is answered with; null hangs up. */
  answers: SessionStatus | 503 | null = 'active';
  /** The requests so far, by their route. */
  readonly asked: string[] = [];

  constructor() {
    this.#server = createServer((request, response) => {
      this.asked.push(request.url?.split('/').at(-1) ?? '');
      void text(request).then((body) => {
        const { sessions } = JSON.parse(body) as { sessions?: unknown[] };
        const { answers } = this;
        if (answers === null) request.socket.destroy();
        else if (answers === 503) response.writeHead(503).end();
        else response.end(JSON.stringify(sessions ? { statuses: sessions.map(() => answers) } : { status: answers }));
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
}

/** The validator, with an eye on which questions it has not answered. */
class WatchedValidator extends SessionValidator {
  unanswered = 0;

  constructor(private readonly validator: HttpSessionValidator) {
    super();
  }

  async validate(user_id: string, session_id: string, check: SessionCheck): Promise<SessionStatus> {
    this.unanswered += 1;
    try {
      return await this.validator.validate(user_id, session_id, check);
    } finally {
      this.unanswered -= 1;
    }
  }
}

let sessions: SessionManagerServer;
let validator: WatchedValidator;
let gateway: Gateway;

beforeEach(() => {
  sessions = new SessionManagerServer();
});

afterEach(async () => {
  jest.restoreAllMocks();
  await gateway.stop();
  await sessions.stop();
});

async function start(
  options: Partial<HttpSessionValidatorOptions> = {},
  limits: Partial<CaptureLimits> = {},
): Promise<void> {
  const session_manager_url = await sessions.start();
  const clock = { now: () => gateway.clock.now() };
  validator = new WatchedValidator(
    new HttpSessionValidator({ session_manager_url, timeout_ms: 2_000, cache_ms: 1_000, clock, ...options }),
  );
  gateway = await Gateway.start({ silence_timeout_ms: 60_000, ...limits }, { sessionValidator: validator });
  // the breaker's own time
  jest.spyOn(Date, 'now').mockImplementation(() => gateway.clock.now());
}

/** Lets time pass for the gateway, and every question be answered in it. */
async function pass(ms: number): Promise<void> {
  for (let left = ms; left > 0; left -= TICK_MS) {
    await gateway.clock.pass(TICK_MS);
    while (validator.unanswered > 0) await setImmediate();
  }
}

/** Running captures, each of a session of its own. */
async function capturing(count: number): Promise<CaptureSocketClient[]> {
  const clients: CaptureSocketClient[] = [];
  for (let n = 0; n < count; n++) {
    clients.push(await gateway.capturing({ user_id: `u${n}`, session_id: `s${n}`, capture_id: `c${n}` }));
  }
  return clients;
}

async function opened(session_id = 's0'): Promise<CaptureSocketClient> {
  const client = await gateway.connect();
  client.open({ user_id: 'u0', session_id, capture_id: 'another' });
  return client;
}

function close(client: CaptureSocketClient, n: number): void {
  client.close({ user_id: `u${n}`, session_id: `s${n}`, capture_id: `c${n}` });
}

describe(quote('Without an answer an open aborts with `session_unavailable`'), () => {
  // a question whose connection closes is asked once more
  it.each([
    [503, 2],
    [null, 3],
  ] as const)('also of a session that was active a moment before, %p', async (answer, requests) => {
    await start();
    await capturing(1);
    sessions.answers = answer;
    expect(await verdictOf(await opened())).toEqual(aborted('session_unavailable'));
    expect(sessions.asked).toHaveLength(requests);
  });

  it('and one that has ended a moment before is refused as such', async () => {
    await start();
    await capturing(1);
    sessions.answers = 'closed';
    expect(await verdictOf(await opened())).toEqual(aborted('session_closed'));
  });
});

describe(quote('Meanwhile every check counts as unanswered at once'), () => {
  it('an open is refused without a question, and the first one after a second finds that it is back', async () => {
    await start();
    sessions.answers = 503;
    for (let n = 0; n < 5; n++) await verdictOf(await opened());
    expect(sessions.asked).toHaveLength(5);

    sessions.answers = 'active';
    expect(await verdictOf(await opened())).toEqual(aborted('session_unavailable'));
    expect(sessions.asked).toHaveLength(5);

    await pass(1_000);
    await gateway.capturing();
    expect(sessions.asked).toHaveLength(6);
  });

  it('running captures outlive it when session_manager is back in time', async () => {
    await start({}, { max_duration_ms: 60_000 });
    const clients = await capturing(3);
    await pass(5_000 - TICK_MS);
    sessions.answers = 503;
    await pass(4_000);
    expect(gateway.repository.size).toBe(3);
    // without a breaker each of the three would have asked four times
    expect(sessions.asked.length).toBeLessThan(3 + 12);

    sessions.answers = 'active';
    await pass(2_000);
    clients.forEach(close);
    for (const client of clients) expect(await verdictOf(client)).toEqual(COMPLETED);
  });

  it('and are aborted when it is not', async () => {
    await start({}, { max_duration_ms: 60_000 });
    const clients = await capturing(3);
    sessions.answers = 503;
    await pass(15_000);
    expect(gateway.repository.size).toBe(3);
    await pass(2 * TICK_MS);
    for (const client of clients) expect(await verdictOf(client)).toEqual(aborted('session_unavailable'));
  });
});

describe(quote('the checks during captures that fall due together are one request'), () => {
  it('of as many captures as there are', async () => {
    await start({ batch: true });
    await capturing(20);
    expect(sessions.asked).toEqual(Array.from({ length: 20 }, () => 'sessions.validate'));
    await pass(5_000);
    expect(sessions.asked.slice(20)).toEqual(['sessions.validate_batch']);
    expect(gateway.repository.size).toBe(20);
  });

  it('whose sessions end with it', async () => {
    await start({ batch: true });
    const clients = await capturing(3);
    sessions.answers = 'closed';
    await pass(5_000);
    for (const client of clients) expect(await verdictOf(client)).toEqual(aborted('session_closed'));
    expect(sessions.asked.slice(3)).toEqual(['sessions.validate_batch']);
  });
});

describe(quote('The same question is never under way twice'), () => {
  it('of two captures of one session', async () => {
    await start();
    const clients = [await gateway.capturing({ capture_id: 'c1' }), await gateway.capturing({ capture_id: 'c2' })];
    expect(sessions.asked).toHaveLength(2);
    await pass(5_000);
    expect(sessions.asked).toHaveLength(3);
    expect(gateway.repository.size).toBe(clients.length);
  });
});
