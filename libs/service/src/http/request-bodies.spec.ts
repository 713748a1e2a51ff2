import { afterEach, beforeEach, expect, it } from '@jest/globals';
import { once } from 'node:events';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { type AddressInfo, connect, type Socket } from 'node:net';
import { text } from 'node:stream/consumers';
import { RequestBodies } from './request-bodies.js';

const HEAD = 'POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n';
const PIECE = '1\r\nx\r\n';
const END = '0\r\n\r\n';

let server: Server;
let clients: Socket[];
let answer: (request: IncomingMessage, response: ServerResponse) => void;

beforeEach(async () => {
  clients = [];
  server = createServer((request, response) => answer(request, response));
  new RequestBodies(server);
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  // the length of the body
  answer = (request, response) =>
    void text(request)
      .then((body) => response.end(`${body.length} bytes;`))
      .catch(() => undefined);
});

afterEach(() => {
  for (const client of clients) client.destroy();
  server.close();
  server.closeAllConnections();
});

/** Sends this; resolves with all that the server says until it closes, or until it has said `last`. */
async function say(bytes: string, last = 'never'): Promise<string> {
  const client = connect((server.address() as AddressInfo).port, '127.0.0.1');
  clients.push(client);
  let heard = '';
  client.on('error', () => undefined).write(bytes);
  return new Promise((resolve) => {
    client.once('close', () => resolve(heard));
    client.on('data', (data) => {
      heard += String(data);
      if (heard.includes(last)) resolve(heard);
    });
  });
}

it('given a body of 200 pieces, then it is read', async () => {
  expect(await say(HEAD + PIECE.repeat(200) + END, 'bytes;')).toContain('200 bytes;');
});

it('given a body of more than 256 pieces, then the connection is closed', async () => {
  expect(await say(HEAD + PIECE.repeat(10_000))).toBe('');
});

it('given four bodies of an address that do not end, then another one is refused until one of them ends', async () => {
  const requested = (): Promise<unknown> => once(server, 'request');
  const first = requested();
  void say(HEAD);
  await first;
  for (let more = 0; more < 3; more++) {
    const next = requested();
    void say(HEAD + PIECE);
    await next;
  }
  expect(await say(HEAD + PIECE + END, '503')).toMatch(/^HTTP\/1\.1 503 /);
  const [one] = clients;
  one?.write(PIECE + END);
  while (!String((await once(one as Socket, 'data'))[0]).includes('1 bytes;')) continue;
  expect(await say(HEAD + PIECE + END, 'bytes;')).toContain('1 bytes;');
});

it('given an answer before the end of the body, then the rest is not read and the connection is closed', async () => {
  answer = (_request, response) => response.writeHead(404).end();
  expect(await say(`POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 1000000\r\n\r\n${'x'.repeat(1_000)}`)).toMatch(
    /^HTTP\/1\.1 404 /,
  );
});
