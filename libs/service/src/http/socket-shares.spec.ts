import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { once } from 'node:events';
import { createServer, type Server, type ServerResponse } from 'node:http';
import { type AddressInfo, connect, type Socket } from 'node:net';
import { type SocketLimits, SocketShares } from './socket-shares.js';

const REQUEST = 'GET / HTTP/1.1\r\nHost: a\r\n\r\n';
const UPGRADE = 'GET / HTTP/1.1\r\nHost: a\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n';

let server: Server;
let excess: number;
let clients: Socket[];
/** The server's sockets that have become WebSockets. */
let upgraded: Socket[];
/** Answers that were held back, oldest first. */
let held: ServerResponse[];
let holds: boolean;

beforeEach(() => {
  [excess, clients, upgraded, held, holds] = [0, [], [], [], false];
  server = createServer((_request, response) => {
    if (holds) held.push(response);
    else response.end('answer');
  });
  server.on('upgrade', (_request, socket: Socket) => {
    upgraded.push(socket);
    socket.write('upgraded');
  });
});

afterEach(async () => {
  for (const socket of [...clients, ...upgraded]) socket.destroy();
  server.close();
  server.closeAllConnections();
  await once(server, 'close');
});

async function listen(limits: Partial<SocketLimits>): Promise<void> {
  const unlimited = { max_connections: 1_000, max_connections_per_address: 1_000 };
  const addressOf = ({ remoteAddress = '' }: Socket): string => remoteAddress;
  new SocketShares(server, { ...unlimited, addressOf, ...limits }, () => (excess += 1));
  server.listen(0);
  await once(server, 'listening');
}

/** A client of this address that has connected. */
async function client(localAddress = '127.0.0.1'): Promise<Socket> {
  const connected = once(server, 'connection');
  const { port } = server.address() as AddressInfo;
  const socket = connect({ port, host: '127.0.0.1', localAddress });
  socket.on('error', () => undefined);
  clients.push(socket);
  await connected;
  return socket;
}

/** A client that was answered, and waits to ask again. */
async function idleClient(localAddress?: string): Promise<Socket> {
  const socket = await client(localAddress);
  expect(await ask(socket)).toMatch(/answer$/);
  return socket;
}

async function ask(socket: Socket, request = REQUEST): Promise<string> {
  socket.write(request);
  return String(await once(socket, 'data'));
}

const closed = (socket: Socket): Promise<unknown> => new Promise((resolve) => socket.resume().once('close', resolve));

/** Whether the server still answers the client. */
async function isServed(socket: Socket): Promise<boolean> {
  return !socket.destroyed && (await Promise.race([ask(socket).then(() => true), closed(socket).then(() => false)]));
}

describe('a socket above the limit of its address', () => {
  it('takes the place of the one that has waited longest since its answer', async () => {
    await listen({ max_connections_per_address: 3 });
    const [first, second, third] = [await idleClient(), await idleClient(), await idleClient()];
    await ask(first);
    const gone = closed(second);
    const fourth = await idleClient();
    await gone;
    expect(await Promise.all([first, third, fourth].map(isServed))).toEqual([true, true, true]);
    expect(excess).toBe(1);
  });

  it('takes that of one that never asked only where none waits since its answer', async () => {
    await listen({ max_connections_per_address: 2 });
    const [silent, idle] = [await client(), await idleClient()];
    const idle_gone = closed(idle);
    const busy = await client();
    await idle_gone;
    holds = true;
    const asked = once(server, 'request');
    busy.write(REQUEST);
    await asked;
    const silent_gone = closed(silent);
    await client();
    await silent_gone;
    expect(excess).toBe(2);
  });

  it('takes none of another address', async () => {
    await listen({ max_connections_per_address: 2 });
    const others = [await idleClient('127.0.0.2'), await idleClient('127.0.0.2')];
    for (let n = 0; n < 10; n++) await idleClient();
    expect(await Promise.all(others.map(isServed))).toEqual([true, true]);
    expect(excess).toBe(8);
  });

  it('takes none that is being answered or has become a WebSocket', async () => {
    await listen({ max_connections_per_address: 2 });
    holds = true;
    const [busy, web_socket] = [await client(), await client()];
    const asked = once(server, 'request');
    busy.write(REQUEST);
    await asked;
    expect(await ask(web_socket, UPGRADE)).toBe('upgraded');
    holds = false;
    expect(await isServed(await client())).toBe(true);
    const answer = once(busy, 'data');
    held[0]?.end('late');
    expect(String(await answer)).toMatch(/late$/);
    expect(web_socket.destroyed).toBe(false);
    expect(excess).toBe(0);
  });

  it('is closed itself where there are 16 more of them', async () => {
    await listen({ max_connections_per_address: 2 });
    for (let n = 0; n < 18; n++) expect(await ask(await client(), UPGRADE)).toBe('upgraded');
    await closed(await client());
    expect(excess).toBe(1);
    const free = closed(upgraded[0] as Socket);
    upgraded[0]?.destroy();
    await free;
    expect(await ask(await client(), UPGRADE)).toBe('upgraded');
    expect(excess).toBe(1);
  });
});

describe('a socket above the limit in all', () => {
  it('takes the place of the one that has waited longest, whatever its address', async () => {
    await listen({ max_connections: 3 });
    const [first, second, third] = [await idleClient('127.0.0.2'), await idleClient(), await idleClient('127.0.0.3')];
    const gone = closed(first);
    const fourth = await idleClient();
    await gone;
    expect(await Promise.all([second, third, fourth].map(isServed))).toEqual([true, true, true]);
  });

  it('is the only limit where sockets have no address', async () => {
    await listen({ max_connections: 5, max_connections_per_address: 1, addressOf: () => null });
    for (let n = 0; n < 5; n++) await idleClient();
    expect(excess).toBe(0);
    await idleClient();
    expect(excess).toBe(1);
  });
});

it('a socket with two requests under way waits for a request when both are answered', async () => {
  await listen({ max_connections_per_address: 1 });
  holds = true;
  const busy = await client();
  busy.resume().write(REQUEST + REQUEST);
  while (held.length < 2) await once(server, 'request');
  held[0]?.end();
  await once(held[0] as ServerResponse, 'close');
  await client();
  expect(excess).toBe(0);
  held[1]?.end();
  await once(held[1] as ServerResponse, 'close');
  const gone = closed(busy);
  await client();
  await gone;
});
