import { afterEach, beforeEach, expect, it } from '@jest/globals';
import { once } from 'node:events';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { type AddressInfo, connect, type Socket } from 'node:net';
import { RequestTurns } from './request-turns.js';

const REQUEST = 'GET / HTTP/1.1\r\nHost: a\r\n\r\n';

let server: Server;
let client: Socket;
let answer: (request: IncomingMessage, response: ServerResponse) => void;

beforeEach(async () => {
  server = createServer((request, response) => answer(request, response));
  new RequestTurns(server);
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  client = connect((server.address() as AddressInfo).port, '127.0.0.1');
});

afterEach(() => {
  client.destroy();
  server.close();
  server.closeAllConnections();
});

it('given ten requests in one packet, then each has a turn of the event loop, and all are answered', async () => {
  let turn = 0;
  const turns: number[] = [];
  const nextTurn = (): void => {
    turn += 1;
    if (turns.length < 10) setImmediate(nextTurn);
  };
  setImmediate(nextTurn);
  answer = (_request, response) => {
    turns.push(turn);
    response.end(`answer ${turns.length};`);
  };
  client.write(REQUEST.repeat(10));
  let heard = '';
  client.on('data', (data) => (heard += String(data)));
  while (!heard.includes('answer 10;')) await once(client, 'data');
  expect(new Set(turns).size).toBe(10);
});

it('given that each is answered before the next one is sent, then a connection can send any number', async () => {
  answer = (_request, response) => response.end('there');
  for (let sent = 0; sent < 25; sent++) {
    client.write(REQUEST);
    expect(String((await once(client, 'data'))[0])).toMatch(/^HTTP\/1\.1 200 /);
  }
});

it('given thousands in one packet, then the connection is closed before one is answered', async () => {
  let answered = 0;
  answer = (_request, response) => response.end(String((answered += 1)));
  client.on('error', () => undefined).resume();
  const closed = new Promise((resolve) => client.once('close', resolve));
  client.write(REQUEST.repeat(1_500));
  await closed;
  expect(answered).toBe(0);
});

it('given ten that wait for their answers, then the next one closes the connection', async () => {
  const waiting: ServerResponse[] = [];
  let tenth = (): void => undefined;
  const ten = new Promise<void>((resolve) => (tenth = resolve));
  answer = (_request, response) => {
    if (waiting.push(response) === 10) tenth();
  };
  client.on('error', () => undefined).resume();
  client.write(REQUEST.repeat(10));
  await ten;
  const closed = new Promise((resolve) => client.once('close', resolve));
  client.write(REQUEST);
  await closed;
  expect(waiting).toHaveLength(10);
});
