import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { once } from 'node:events';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import { setImmediate } from 'node:timers/promises';
import { HttpSessionValidator } from './http-session-validator.js';

/** Long enough that it never passes in a test that is not about it. */
const PATIENT_MS = 60_000;

type Handler = (response: ServerResponse, request: IncomingMessage) => void;

describe('HttpSessionValidator', () => {
  let server: Server;
  let url: string;
  let requests: { method: string | undefined; url: string | undefined; type: string | undefined; body: unknown }[];
  let connections: number;
  let handle: Handler;

  beforeEach(async () => {
    requests = [];
    connections = 0;
    server = createServer((request, response) => {
      void text(request).then((body) => {
        const { method, url, headers } = request;
        requests.push({ method, url, type: headers['content-type'], body: JSON.parse(body) });
        handle(response, request);
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
    return new HttpSessionValidator(url, PATIENT_MS).validate('u1', 's1');
  }

  it.each(['active', 'closed', 'invalid'])('given the status %s, then it is that', async (status) => {
    handle = answer(JSON.stringify({ status }));

    expect(await validate()).toBe(status);
  });

  it.each(['', '/', '//', '/behind/a/proxy', '/behind/a/proxy/'])(
    'given a URL that ends in %j, then it posts the session to the route below it',
    async (end) => {
      handle = answer('{"status":"active"}');

      await new HttpSessionValidator(`${url}${end}`, PATIENT_MS).validate('u1', 's1 "é"');

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
    ['201', 'answered 201', answer('{"status":"active"}', 201)],
    ['204', 'answered 204', answer('', 204)],
    ['400', 'answered 400', answer('{"status":"active"}', 400)],
    ['500', 'answered 500', answer('{"status":"active"}', 500)],
    ['302', 'did not answer', answer('', 302, { location: '/elsewhere' })],
    ['307', 'did not answer', answer('', 307, { location: '/elsewhere' })],
    ['nothing', 'answered without a status', answer('')],
    ['no JSON', 'answered without a status', answer('active')],
    ['a list', 'answered without a status', answer('["active"]')],
    ['null', 'answered without a status', answer('null')],
    ['a string', 'answered without a status', answer('"active"')],
    ['no status', 'answered without a status', answer('{"state":"active"}')],
    ['another status', 'answered without a status', answer('{"status":"ended"}')],
    ['a status that is a list', 'answered without a status', answer('{"status":["active"]}')],
    ['1,025 bytes', 'answered without a status', answer('{"status":"active"}'.padEnd(1_025))],
    ['no HTTP', 'did not answer', (response) => response.socket?.end('active\r\n\r\n')],
    ['a connection that breaks', 'did not answer', (response) => response.socket?.destroy()],
    [
      'a body that breaks off',
      'did not answer',
      (response) => {
        response.writeHead(200, { 'content-length': '19' });
        response.write('{"status":"act', () => response.socket?.destroy());
      },
    ],
  ] satisfies [string, string, Handler][])(
    'given %s, then it rejects: session_manager %s',
    async (_, words, handler) => {
      handle = handler;

      await expect(validate()).rejects.toEqual(new Error(`session_manager ${words}`));
      expect(requests).toHaveLength(1);
    },
  );

  it.each([
    [200, 'answered without a status'],
    [500, 'answered 500'],
  ])('given a %i without end, then it stops reading and hangs up', async (code, words) => {
    let hung_up: Promise<unknown> | undefined;
    handle = (response) => {
      hung_up = once(response, 'close');
      response.on('drain', () => response.write('x'.repeat(65_536)));
      response.writeHead(code).write('x'.repeat(65_536));
    };

    await expect(validate()).rejects.toEqual(new Error(`session_manager ${words}`));
    await hung_up;
  });

  it('given no one at that address, then it rejects', async () => {
    server.close();
    await once(server, 'close');

    await expect(validate()).rejects.toEqual(new Error('session_manager did not answer'));
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

    const validated = new HttpSessionValidator(url, 20).validate('u1', 's1');

    await expect(validated).rejects.toEqual(new Error('session_manager did not answer'));
    await hung_up;
  });

  it('given one question after the other, whatever the answers, then it uses one connection', async () => {
    for (const code of [200, 500, 404, 200]) {
      handle = answer('{"status":"active"}', code);
      await validate().catch(() => undefined);
      // fetch gives a connection back one turn of the event loop after the answer
      await setImmediate();
    }

    expect(requests).toHaveLength(4);
    expect(connections).toBe(1);
  });
});
