import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import { type AddressInfo, connect, type Socket } from 'node:net';
import { text } from 'node:stream/consumers';
import { ignoreOtherUpgrades } from './other-upgrades.js';

const OFFER = 'Host: a\r\nConnection: Upgrade, HTTP2-Settings\r\nUpgrade: h2c\r\nHTTP2-Settings: AAMAAABk\r\n';

let server: Server;
let client: Socket;
let answers: string;

beforeEach(() => {
  server = createServer((request, response) => {
    void text(request).then((body) => response.end(`<${request.method} ${request.url} ${body}>`));
  });
  server.on('upgrade', (_request, socket) => socket.end('<upgraded>'));
});

afterEach(async () => {
  client.destroy();
  server.close();
  server.closeAllConnections();
  await once(server, 'close');
});

async function listen(...isOthers: [(() => boolean)?]): Promise<void> {
  ignoreOtherUpgrades(server, ...isOthers);
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  client = connect((server.address() as AddressInfo).port, '127.0.0.1');
  answers = '';
  client.on('data', (data) => (answers += String(data)));
}

/** What the server answers last to what is sent to it on the one connection. */
async function answerTo(request: string): Promise<string> {
  const before = answers.length;
  client.write(request);
  while (!answers.slice(before).includes('>')) await once(client, 'data');
  return answers.slice(answers.lastIndexOf('<'));
}

describe('a request that offers h2c', () => {
  it.each([
    ['without a body', `GET /x HTTP/1.1\r\n${OFFER}\r\n`, '<GET /x >'],
    ['with a body', `POST /x HTTP/1.1\r\n${OFFER}Content-Length: 5\r\n\r\nhello`, '<POST /x hello>'],
    [
      'with a body in chunks',
      `POST /x HTTP/1.1\r\n${OFFER}Transfer-Encoding: chunked\r\n\r\n2\r\nhe\r\n3\r\nllo\r\n0\r\n\r\n`,
      '<POST /x hello>',
    ],
    ['in other letters', `GET /x HTTP/1.1\r\n${OFFER.replace('Upgrade: h2c', 'UPGRADE: H2C')}\r\n`, '<GET /x >'],
    ['beside websocket', `GET /x HTTP/1.1\r\n${OFFER.replace('h2c', 'websocket, h2c')}\r\n`, '<GET /x >'],
    ['or TLS', `OPTIONS * HTTP/1.1\r\n${OFFER.replace('h2c', 'TLS/1.0')}\r\n`, '<OPTIONS * >'],
  ])('%s is answered as an ordinary one, also again on its connection', async (_what, request, expected) => {
    await listen();
    for (let time = 0; time < 3; time++) expect(await answerTo(request)).toBe(expected);
    expect(await answerTo('GET /plain HTTP/1.1\r\nHost: a\r\n\r\n')).toBe('<GET /plain >');
  });

  it('is answered when its body has come in pieces', async () => {
    await listen();
    const requested = once(server, 'request');
    client.write(`POST /x HTTP/1.1\r\n${OFFER}Content-Length: 200005\r\n\r\nhe`);
    await requested;
    const answer = await answerTo('llo'.padEnd(200_003, '.'));
    expect(answer).toBe(`<POST /x ${'hello'.padEnd(200_005, '.')}>`);
  });

  it('is heard out where the connection is to close', async () => {
    await listen();
    const ended = once(client, 'end');
    expect(await answerTo('GET /x HTTP/1.1\r\nHost: a\r\nConnection: Upgrade, close\r\nUpgrade: h2c\r\n\r\n')).toBe(
      '<GET /x >',
    );
    await ended;
  });

  it("is left to a listener that is somebody else's", async () => {
    await listen(() => true);
    expect(await answerTo(`GET /x HTTP/1.1\r\n${OFFER}\r\n`)).toBe('<upgraded>');
  });
});

it.each(['websocket', 'WebSocket'])('a request for a %s is one', async (name) => {
  await listen();
  expect(await answerTo(`GET /x HTTP/1.1\r\nHost: a\r\nConnection: Upgrade\r\nUpgrade: ${name}\r\n\r\n`)).toBe(
    '<upgraded>',
  );
});

it('a server that takes no upgrades answers a request for one as an ordinary one', async () => {
  server.removeAllListeners('upgrade');
  await listen();
  const request = `GET /x HTTP/1.1\r\nHost: a\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n`;
  expect(await answerTo(request)).toBe('<GET /x >');
});
