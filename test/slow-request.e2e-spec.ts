import { LocalStackModule } from '@a3cp/local-stack';
import { afterEach, beforeEach, expect, it } from '@jest/globals';
import type { INestApplication } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { WsAdapter } from '@nestjs/platform-ws';
import { once } from 'node:events';
import type { AddressInfo, Server } from 'node:net';
import { destroyRawSockets, rawSocket } from './support/raw-socket.js';

let app: INestApplication;
let server: Server;

beforeEach(async () => {
  app = await NestFactory.create(LocalStackModule.with({ landmark_threads: 0 }), { logger: false });
  app.useWebSocketAdapter(new WsAdapter(app));
  server = app.getHttpServer() as Server;
  // how often Node.js looks for late requests: every 30 s by itself
  Object.assign(server, { connectionsCheckingInterval: 100 });
  await app.listen(0, '127.0.0.1');
});

afterEach(async () => {
  destroyRawSockets();
  await app.close();
});

/** What is answered to a request whose body never ends. */
async function answer(path: string): Promise<string> {
  const socket = await rawSocket((server.address() as AddressInfo).port);
  const answered = once(socket, 'data');
  socket.write(`POST ${path} HTTP/1.1\r\nHost: a\r\nContent-Type: application/json\r\nContent-Length: 9\r\n\r\n{`);
  return String(await answered);
}

it('a body that never ends is not waited for, whatever the path', async () => {
  const paths = ['/session_manager/sessions.start', '/camera_feed_worker/sessions.closed', '/nowhere'];
  for (const text of await Promise.all(paths.map(answer))) expect(text).toMatch(/^HTTP\/1\.1 408 /);
});
