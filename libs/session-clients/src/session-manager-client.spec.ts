import { PeerUnreachable } from '@a3cp/capture-domain';
import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { EventEmitter, once } from 'node:events';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
import { text } from 'node:stream/consumers';
import { setImmediate } from 'node:timers/promises';
import { quote } from '../../../test/support/protocol.js';
import { SessionManagerClient } from './session-manager-client.js';

/** As shipped. */
const TIMEOUT_MS = 2_000;

const SESSION = { user_id: 'u1', session_id: 's1' };

type Handler = (response: ServerResponse, request: IncomingMessage) => void;

describe('SessionManagerClient', () => {
  let server: Server;
  let url: string;
  let requests: { method: string | undefined; url: string | undefined; type: string | undefined; body: unknown }[];
  let connections: number;
  let arrivals: EventEmitter;
  let handle: Handler;

  beforeEach(async () => {
    requests = [];
    arrivals = new EventEmitter();
    connections = 0;
    server = createServer((request, response) => {
      void text(request).then((body) => {
        const { method, url, headers } = request;
        requests.push({ method, url, type: headers['content-type'], body: JSON.parse(body) });
        handle(response, request);
        arrivals.emit('request');
      });
    });
    server.on('connection', () => (connections += 1));
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  });

  afterEach(async () => {
    if (!server.listening) return;
    const closed = once(server, 'close');
    server.close();
    server.closeAllConnections();
    await closed;
  });

  function answer(body: string, code = 200, headers: Record<string, string> = {}): Handler {
    return (response) => response.writeHead(code, headers).end(body);
  }

  function validate(): Promise<string> {
    return new SessionManagerClient(url, TIMEOUT_MS).validate(SESSION);
  }

  it.each(['active', 'closed', 'invalid'])('given the status %s, then it is that', async (status) => {
    handle = answer(JSON.stringify({ status }));

    expect(await validate()).toBe(status);
  });

  it.each(['', '/', '//', '/behind/a/proxy', '/behind/a/proxy/'])(
    'given a URL that ends in %j, then it posts the session to the route below it',
    async (end) => {
      handle = answer('{"status":"active"}');

      await new SessionManagerClient(`${url}${end}`, TIMEOUT_MS).validate({ user_id: 'u1', session_id: 's1 "é"' });

      expect(requests).toEqual([
        {
          method: 'POST',
          url: `${end.replace(/\/+$/, '')}/session_manager/sessions.validate`,
          type: 'application/json',
          body: { user_id: 'u1', session_id: 's1 "é"' },
        },
      ]);
    },
  );

  it('given an answer of 1,024 bytes, then it is read', async () => {
    handle = answer('{"status":"active"}'.padEnd(1_024));

    expect(await validate()).toBe('active');
  });

  it.each([
    ['201', 'session_manager answered 201', answer('{"status":"active"}', 201)],
    ['204', 'session_manager answered 204', answer('', 204)],
    ['400', 'session_manager answered 400', answer('{"status":"active"}', 400)],
    ['500', 'session_manager answered 500', answer('{"status":"active"}', 500)],
    ['302', 'session_manager answered 302', answer('', 302, { location: '/elsewhere' })],
    ['307', 'session_manager answered 307', answer('', 307, { location: '/elsewhere' })],
    ['nothing', 'session_manager answered without a status', answer('')],
    ['no JSON', 'session_manager answered without a status', answer('active')],
    ['a list', 'session_manager answered without a status', answer('["active"]')],
    ['null', 'session_manager answered without a status', answer('null')],
    ['a string', 'session_manager answered without a status', answer('"active"')],
    ['no status', 'session_manager answered without a status', answer('{"state":"active"}')],
    ['another status', 'session_manager answered without a status', answer('{"status":"ended"}')],
    ['a status that is a list', 'session_manager answered without a status', answer('{"status":["active"]}')],
    ['1,025 bytes', 'session_manager answered without a status', answer('{"status":"active"}'.padEnd(1_025))],
    ['no HTTP', 'HPE_INVALID_CONSTANT', (response) => response.socket?.end('active\r\n\r\n')],
    ['half a status line', 'ECONNRESET', (response) => response.socket?.end('HTTP/1.1 20')],
    [
      'a body that breaks off',
      'ECONNRESET',
      (response) => {
        response.writeHead(200, { 'content-length': '19' });
        response.write('{"status":"act', () => response.socket?.destroy());
      },
    ],
  ] satisfies [string, string, Handler][])('given %s, then it rejects: %s', async (_, words, handler) => {
    handle = handler;

    await expect(validate()).rejects.toEqual(new Error(words));
    expect(requests).toHaveLength(1);
  });

  it.each([
    [200, 'session_manager answered without a status'],
    [500, 'session_manager answered 500'],
  ])('given a %i without end, then it stops reading and hangs up', async (code, words) => {
    let hung_up: Promise<unknown> | undefined;
    handle = (response) => {
      hung_up = once(response, 'close');
      response.on('drain', () => response.write('x'.repeat(65_536)));
      response.writeHead(code).write('x'.repeat(65_536));
    };

    await expect(validate()).rejects.toEqual(new Error(words));
    await hung_up;
  });

  it('given no one at that address, then it rejects', async () => {
    server.close();
    await once(server, 'close');

    await expect(validate()).rejects.toEqual(new PeerUnreachable('ECONNREFUSED'));
  });

  it.each<[string, Handler]>([
    ['no answer', () => undefined],
    ['the beginning of an answer', (response) => response.writeHead(200).write('{"status":')],
  ])('given %s within its time, then it rejects and hangs up', async (_, handler) => {
    let hung_up: Promise<unknown> | undefined;
    handle = (response, request) => {
      hung_up = once(response, 'close');
      handler(response, request);
    };

    const validated = new SessionManagerClient(url, 20).validate(SESSION);

    await expect(validated).rejects.toEqual(new PeerUnreachable('no answer'));
    await hung_up;
    expect(requests).toHaveLength(1);
  });

  it('given an answer within its time, and a process that stalls until after it, then the answer counts', async () => {
    const timers = jest.spyOn(globalThis, 'setTimeout');
    const validated = new SessionManagerClient(url, 1_234).validate(SESSION);
    const [deadline] = timers.mock.calls.find(([, ms]) => ms === 1_234) ?? [];
    timers.mockRestore();
    handle = (response) => {
      response.end('{"status":"active"}', () => {
        // the answer has left, and is read only after the timers that are due by then
        setTimeout(() => deadline?.(), 1);
        const stalled_until = performance.now() + 5;
        while (performance.now() < stalled_until);
      });
    };

    expect(await validated).toBe('active');
    expect(deadline).toBeDefined();
  });

  it('given a URL that is none, then there is no client', () => {
    expect(() => new SessionManagerClient('session_manager:3001/ ', TIMEOUT_MS)).toThrow();
  });

  it('given one question after the other, whatever the answers, then it uses one connection', async () => {
    for (const code of [200, 500, 404, 200]) {
      handle = answer('{"status":"active"}', code);
      await validate().catch(() => undefined);
      // the agent takes a connection back one turn of the event loop after the answer
      await setImmediate();
    }

    expect(requests).toHaveLength(4);
    expect(connections).toBe(1);
  });

  /** Resolves once so many requests have come in all. */
  async function arrived(count: number): Promise<void> {
    while (requests.length < count) await once(arrivals, 'request');
  }

  describe(quote('If the connection to session_manager closes before any byte of the answer'), () => {
    const CLOSINGS: [string, Handler][] = [
      ['is closed', (response) => response.socket?.end()],
      ['is reset', (response) => (response.socket as Socket).resetAndDestroy()],
    ];

    /** Closes every connection that has asked before, when it asks again. */
    function closeWhenAskedAgain(close: Handler): Handler {
      const idle = new WeakSet<object>();
      return (response, request) => {
        if (idle.has(request.socket)) close(response, request);
        else response.end('{"status":"active"}');
        idle.add(request.socket);
      };
    }

    it.each(CLOSINGS)('an idle connection that %s while 20 questions arrive costs none an answer', async (_, close) => {
      handle = closeWhenAskedAgain(close);
      const client = new SessionManagerClient(url, TIMEOUT_MS);
      const ask = () => Promise.all(Array.from({ length: 20 }, () => client.validate(SESSION)));
      await ask();
      await setImmediate();

      expect(new Set(await ask())).toEqual(new Set(['active']));
      expect(requests).toHaveLength(60);
      expect(connections).toBe(40);
    });

    it.each(CLOSINGS)('a new connection that %s is followed by another', async (_, close) => {
      handle = (response, request) => {
        handle = answer('{"status":"closed"}');
        close(response, request);
      };

      expect(await validate()).toBe('closed');
      expect(requests.map(({ body }) => body)).toEqual([SESSION, SESSION]);
      expect(connections).toBe(2);
    });

    it.each(CLOSINGS)('given the second one %s as well, then it rejects and asks no more', async (_, close) => {
      handle = close;

      await expect(validate()).rejects.toEqual(new PeerUnreachable('no answer'));
      expect(requests).toHaveLength(2);
      expect(connections).toBe(2);
    });

    it('the second question has what is left of the time of the first', async () => {
      const timers = jest.spyOn(globalThis, 'setTimeout');
      const hung_up: Promise<unknown>[] = [];
      handle = (response) => {
        if (hung_up.push(once(response, 'close')) === 1) response.socket?.end();
      };
      const validated = new SessionManagerClient(url, 1_234).validate(SESSION);
      await arrived(2);
      const [deadline, ...others] = timers.mock.calls.filter(([, ms]) => ms === 1_234);
      timers.mockRestore();
      deadline?.[0]();

      await expect(validated).rejects.toEqual(new PeerUnreachable('no answer'));
      await Promise.all(hung_up);
      expect(others).toEqual([]);
      expect(requests).toHaveLength(2);
    });

    it('so is a batch', async () => {
      handle = (response) => {
        handle = answer('{"statuses":["active"]}');
        response.socket?.end();
      };

      expect(await new SessionManagerClient(url, TIMEOUT_MS).validateBatch([SESSION])).toEqual(['active']);
    });
  });

  it(quote('every question has `Authorization: Basic …`') + ', given a user and a password in the URL', async () => {
    let authorization: string | undefined;
    handle = (response, request) => {
      ({ authorization } = request.headers);
      response.end('{"status":"active"}');
    };
    const with_password = url.replace('http://', 'http://gateway:p%40ss@');

    expect(await new SessionManagerClient(with_password, TIMEOUT_MS).validate(SESSION)).toBe('active');
    expect(authorization).toBe(`Basic ${Buffer.from('gateway:p@ss').toString('base64')}`);
    await validate();
    expect(authorization).toBeUndefined();
  });

  describe('asked for many at once', () => {
    const sessions = ['s1', 's2', 's3'].map((session_id) => ({ user_id: 'u1', session_id }));

    it('then it posts them in order, and their statuses are in the same order', async () => {
      handle = answer('{"statuses":["closed","active","invalid"]}');

      expect(await new SessionManagerClient(url, TIMEOUT_MS).validateBatch(sessions)).toEqual([
        'closed',
        'active',
        'invalid',
      ]);
      expect(requests).toMatchObject([{ url: '/session_manager/sessions.validate_batch', body: { sessions } }]);
    });

    it('given 100 sessions and as many answers, then there is room for them', async () => {
      handle = answer(JSON.stringify({ statuses: Array.from({ length: 100 }, () => 'invalid') }));
      const many = Array.from({ length: 100 }, (_, n) => ({ user_id: 'u1', session_id: `s${n}` }));

      expect(await new SessionManagerClient(url, TIMEOUT_MS).validateBatch(many)).toHaveLength(100);
    });

    it('given a status that is none, then it is null and the others count', async () => {
      handle = answer('{"statuses":["closed","ended","active"]}');

      expect(await new SessionManagerClient(url, TIMEOUT_MS).validateBatch(sessions)).toEqual([
        'closed',
        null,
        'active',
      ]);
    });

    it.each([
      quote('if there are fewer or more statuses than sessions, the whole answer counts as none') &&
        '{"statuses":["active"]}',
      '{"statuses":["active","active","active","active"]}',
      '{"statuses":"active"}',
      '["active","active","active"]',
      'null',
      '',
    ])('given %j, then it rejects', async (body) => {
      handle = answer(body);

      await expect(new SessionManagerClient(url, TIMEOUT_MS).validateBatch(sessions)).rejects.toEqual(
        new Error('session_manager answered without a status for each'),
      );
    });
  });

  describe(quote('At most 32 requests are under way at once'), () => {
    it('the next one goes out when one is answered', async () => {
      const waiting: ServerResponse[] = [];
      handle = (response, request) => {
        if (request.url === '/witness') response.end();
        else waiting.push(response);
      };
      const client = new SessionManagerClient(url, TIMEOUT_MS);
      const answers = Array.from({ length: 33 }, () => client.validate(SESSION));
      await arrived(32);
      // whatever went out with them has come in by the time this has
      await (await fetch(`${url}/witness`, { method: 'POST', body: '{}' })).text();
      expect(waiting).toHaveLength(32);

      waiting.shift()?.end('{"status":"active"}');
      await arrived(34);
      for (const response of waiting) response.end('{"status":"active"}');

      expect(new Set(await Promise.all(answers))).toEqual(new Set(['active']));
    });
  });

  describe(quote('After 5 questions in a row without an answer'), () => {
    let client: SessionManagerClient;
    let now: number;

    beforeEach(() => {
      now = 1_000_000;
      jest.spyOn(Date, 'now').mockImplementation(() => now);
      client = new SessionManagerClient(url, TIMEOUT_MS);
    });

    afterEach(() => {
      jest.restoreAllMocks();
    });

    async function fail(times: number): Promise<void> {
      for (let n = 0; n < times; n++) await expect(client.validate(SESSION)).rejects.toThrow();
    }

    it.each<[string, number, Handler]>([
      ['a connection that closes', 10, (response) => response.socket?.destroy()],
      ['502', 5, answer('', 502)],
      ['503', 5, answer('', 503)],
      ['504', 5, answer('', 504)],
    ])('given %s each time, then it is asked no more after %i requests', async (_, count, handler) => {
      handle = handler;
      await fail(5);
      expect(requests).toHaveLength(count);

      await fail(10);
      expect(requests).toHaveLength(count);
    });

    it('given 10 questions that were answered at the second attempt, then it is asked all the same', async () => {
      for (let n = 0; n < 10; n++) {
        handle = (response) => {
          handle = answer('{"status":"active"}');
          response.socket?.end();
        };
        expect(await client.validate(SESSION)).toBe('active');
      }
    });

    it('given an answer after 4 of them, then the count begins anew', async () => {
      handle = answer('', 503);
      await fail(4);
      handle = answer('{"status":"active"}');
      await client.validate(SESSION);
      handle = answer('', 503);
      await fail(4);
      expect(requests).toHaveLength(9);

      handle = answer('{"status":"active"}');
      expect(await client.validate(SESSION)).toBe('active');
    });

    it.each([400, 404, 422, 429, 500])('given a %i each time, then it is asked all the same', async (code) => {
      handle = answer('', code);
      await fail(10);

      expect(requests).toHaveLength(10);
    });

    it('given a second has passed, then one request finds out, and the others wait for what it finds', async () => {
      handle = answer('', 503);
      await fail(5);
      now += 999;
      await fail(1);
      expect(requests).toHaveLength(5);

      now += 1;
      const waiting: ServerResponse[] = [];
      handle = (response) => waiting.push(response);
      const answers = [1, 2, 3].map(() => client.validate(SESSION));
      await arrived(6);
      expect(waiting).toHaveLength(1);
      handle = answer('{"status":"closed"}');
      waiting[0]?.end('{"status":"active"}');

      expect(await Promise.all(answers)).toEqual(['active', 'closed', 'closed']);
    });

    it('given it is still away after a second, then it is left alone for another', async () => {
      handle = answer('', 503);
      await fail(5);
      now += 1_000;
      await fail(3);
      expect(requests).toHaveLength(6);
    });
  });
});
