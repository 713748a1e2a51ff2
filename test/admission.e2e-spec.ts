import { CAPTURE_PATHS } from '@a3cp/capture-protocol';
import { afterEach, describe, expect, it } from '@jest/globals';
import { Agent } from 'node:http';
import type { Socket } from 'node:net';
import { Gateway } from './support/gateway.js';
import { quote } from './support/protocol.js';
import { hangUp, httpAnswer, type HttpAnswer, upgrade } from './support/upgrade.js';

let gateway: Gateway;

afterEach(() => {
  hangUp();
  return gateway.stop();
});

function expectRefused({ status, headers, body }: HttpAnswer, expected: number): void {
  expect(status).toBe(expected);
  expect(headers['content-type']).toBe('text/plain');
  expect(body).toMatch(/^[A-Z][A-Za-z ]+$/);
}

describe(quote('`Origin` and `Host` name the same host and port'), () => {
  it('a page of the same host is let in', async () => {
    gateway = await Gateway.start();
    expect((await upgrade(gateway, { Origin: `http://127.0.0.1:${gateway.port}` })).status).toBe(101);
  });

  it.each(['http://evil.example', 'null', 'http://127.0.0.1', 'not an origin', ''])(
    'a page of %p is not',
    async (origin) => {
      gateway = await Gateway.start();
      const answer = await upgrade(gateway, { Origin: origin });
      expectRefused(answer, 403);
      expect(gateway.repository.size).toBe(0);
    },
  );

  it('the paths behave alike', async () => {
    gateway = await Gateway.start();
    for (const path of CAPTURE_PATHS) {
      expect((await upgrade(gateway, { Origin: 'http://evil.example' }, path)).status).toBe(403);
    }
  });

  it(quote('A host can list the allowed origins instead'), async () => {
    gateway = await Gateway.start({}, { admission: { allowed_origins: ['https://care.example'] } });
    expect((await upgrade(gateway, { Origin: 'https://care.example' })).status).toBe(101);
    expect((await upgrade(gateway, { Origin: `http://127.0.0.1:${gateway.port}` })).status).toBe(403);
  });

  it(quote('is allowed unless the host forbids it'), async () => {
    gateway = await Gateway.start();
    expect((await upgrade(gateway)).status).toBe(101);
    hangUp();
    await gateway.stop();
    gateway = await Gateway.start({}, { admission: { allow_missing_origin: false } });
    expect((await upgrade(gateway)).status).toBe(403);
  });
});

describe(quote('it or the address has too many connections'), () => {
  it('503 and when to come back', async () => {
    gateway = await Gateway.start({ max_connections: 1 });
    await gateway.connect();
    const answer = await upgrade(gateway);
    expectRefused(answer, 503);
    expect(answer.headers['retry-after']).toMatch(/^[1-9]\d*$/);
  });

  it(quote('the entry that the first of these proxies added, counted from the right'), async () => {
    gateway = await Gateway.start({ max_connections_per_address: 1 }, { admission: { trusted_proxy_hops: 1 } });
    const from = async (forwarded: string): Promise<number> =>
      (await upgrade(gateway, { 'X-Forwarded-For': forwarded })).status;
    expect(await from('198.51.100.1')).toBe(101);
    expect(await from('198.51.100.1')).toBe(503);
    expect(await from('203.0.113.9, 198.51.100.1')).toBe(503);
    expect(await from('198.51.100.1, 198.51.100.2')).toBe(101);
  });

  it(
    quote('An entry can have a port, and brackets around an IPv6 address') + '; any other entry counts for the proxy',
    async () => {
      gateway = await Gateway.start({ max_connections_per_address: 1 }, { admission: { trusted_proxy_hops: 1 } });
      const from = async (forwarded: string): Promise<number> =>
        (await upgrade(gateway, { 'X-Forwarded-For': forwarded })).status;
      expect(await from('203.0.113.7:40001')).toBe(101);
      expect(await from('203.0.113.7:40002')).toBe(503);
      expect(await from('198.51.100.9:40001')).toBe(101);
      expect(await from('[2001:db8:1::7]:40001')).toBe(101);
      expect(await from('2001:db8:1::8')).toBe(503);
      expect(await from('[2001:db8:2::9]')).toBe(101);
      expect(await from('unknown')).toBe(101);
      expect(await from('_hidden')).toBe(503);
    },
  );

  it('what a client writes there counts for nothing where no proxy is declared', async () => {
    gateway = await Gateway.start({ max_connections_per_address: 1 });
    expect((await upgrade(gateway, { 'X-Forwarded-For': '198.51.100.1' })).status).toBe(101);
    expect((await upgrade(gateway, { 'X-Forwarded-For': '198.51.100.2' })).status).toBe(503);
  });

  it('a request that is refused takes no place', async () => {
    gateway = await Gateway.start({ max_connections: 1 });
    for (let n = 0; n < 3; n++) expect((await upgrade(gateway, { Origin: 'null' })).status).toBe(403);
    expect((await upgrade(gateway)).status).toBe(101);
  });
});

describe(quote('no WebSocket is served at the path'), () => {
  it.each(['/', '/nope', '/camera_feed_worker', `${CAPTURE_PATHS[0]}/`, `${CAPTURE_PATHS[0]}/more`, '//', '/%'])(
    '%s',
    async (path) => {
      gateway = await Gateway.start();
      expectRefused(await upgrade(gateway, {}, path), 404);
      expect(gateway.repository.size).toBe(0);
    },
  );

  it('a query is no part of the path', async () => {
    gateway = await Gateway.start();
    expect((await upgrade(gateway, {}, `${CAPTURE_PATHS[0]}?from=here`)).status).toBe(101);
  });

  it('what else of the host listens for upgrades is left alone', async () => {
    gateway = await Gateway.start();
    const server = gateway.server;
    server.prependListener('upgrade', (request, socket) => {
      if (request.url === '/other') socket.end('HTTP/1.1 418 Teapot\r\nContent-Length: 0\r\n\r\n');
    });
    expect((await upgrade(gateway, {}, '/other')).status).toBe(418);
  });
});

describe(quote('the request asks for no WebSocket (at the paths above)'), () => {
  it.each(CAPTURE_PATHS)('%s', async (path) => {
    gateway = await Gateway.start();
    for (const method of ['GET', 'POST', 'HEAD']) {
      const answer = await httpAnswer(gateway, path, { method });
      expect(answer.status).toBe(426);
      expect(answer.headers).toMatchObject({ upgrade: 'websocket', 'content-type': 'text/plain' });
    }
  });
});

describe(quote('An `Upgrade` to anything but `websocket`, such as `h2c`, is ignored'), () => {
  const offer = { Connection: 'Upgrade, HTTP2-Settings', Upgrade: 'h2c', 'HTTP2-Settings': 'AAMAAABk' };
  const secret = 'a secret that has thirty-two bytes';

  it.each(CAPTURE_PATHS)('so with 426 at %s', async (path) => {
    gateway = await Gateway.start();
    expect((await httpAnswer(gateway, path, { headers: offer })).status).toBe(426);
  });

  it('a path that nothing answers at is 404', async () => {
    gateway = await Gateway.start();
    expect((await httpAnswer(gateway, '/nope', { headers: offer })).status).toBe(404);
  });

  it('session_manager tells of the end of a session by it', async () => {
    gateway = await Gateway.start({}, { sessionsClosedSecret: secret });
    const client = await gateway.capturing();
    const body = JSON.stringify({ user_id: 'u1', session_id: 's1' });
    const headers = {
      ...offer,
      Authorization: `Bearer ${secret}`,
      'Content-Type': 'application/json',
      'Content-Length': body.length,
    };
    const answer = await httpAnswer(gateway, '/camera_feed_worker/sessions.closed', { method: 'POST', headers, body });
    expect(answer).toMatchObject({ status: 200, body: '{"aborted_captures":1}' });
    await client.closed;
    expect(client.messages).toMatchObject([{ error_code: 'session_closed' }]);
  });

  it('a connection that has asked so is not hung up on as one that has asked for nothing', async () => {
    gateway = await Gateway.start();
    const agent = new Agent({ keepAlive: true, maxSockets: 1 });
    const sockets = new Set<Socket>();
    gateway.server.on('connection', (socket) => sockets.add(socket));
    for (let time = 0; time < 2; time++) {
      expect((await httpAnswer(gateway, '/nope', { headers: offer, agent })).status).toBe(404);
      await gateway.clock.pass(6_000);
    }
    expect(sockets.size).toBe(1);
    agent.destroy();
  });
});
