import { CAPTURE_PATHS } from '@a3cp/capture-protocol';
import { once } from 'node:events';
import { type IncomingHttpHeaders, type IncomingMessage, request, type RequestOptions } from 'node:http';
import type { Socket } from 'node:net';

const upgraded_sockets = new Set<Socket>();

/** Hangs up what a test got upgraded and left open; for `afterEach`. */
export function hangUp(): void {
  for (const socket of upgraded_sockets) socket.destroy();
  upgraded_sockets.clear();
}

/** What a server answered to an HTTP request, be it an upgrade. */
export interface HttpAnswer {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
}

/** A plain HTTP request. */
export async function httpAnswer(
  { port }: { readonly port: number },
  path: string,
  { body: sent, ...options }: RequestOptions & { readonly body?: string } = {},
): Promise<HttpAnswer> {
  const asked = request({ host: '127.0.0.1', port, path, agent: false, ...options }).end(sent);
  const answered = once(asked, 'response') as Promise<[IncomingMessage]>;
  const upgraded = once(asked, 'upgrade') as Promise<[IncomingMessage, Socket]>;
  // the one that does not come is given up with the request
  for (const never of [answered, upgraded]) never.catch(() => undefined);
  const [answer, socket] = await Promise.race<[IncomingMessage, Socket?]>([answered, upgraded]);
  if (socket) upgraded_sockets.add(socket);
  let body = '';
  if (!socket) for await (const chunk of answer) body += String(chunk);
  return { status: answer.statusCode ?? 0, headers: answer.headers, body };
}

/** The handshake of a WebSocket with headers of a test's choice. */
export function upgrade(
  server: { readonly port: number },
  headers: Record<string, string> = {},
  path: string = CAPTURE_PATHS[0],
): Promise<HttpAnswer> {
  const handshake = {
    Connection: 'Upgrade',
    Upgrade: 'websocket',
    'Sec-WebSocket-Version': '13',
    'Sec-WebSocket-Key': 'dGhlIHNhbXBsZSBub25jZQ==',
  };
  return httpAnswer(server, path, { headers: { ...handshake, ...headers } });
}
