import { CAPTURE_PATHS } from '@a3cp/capture-protocol';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { connect, type Socket } from 'node:net';

const open_sockets = new Set<Socket>();

/** Hangs up every connection a test left open; for `afterEach`. */
export function destroyRawSockets(): void {
  for (const socket of open_sockets) socket.destroy();
}

/** A TCP connection, to send what no HTTP client would. */
export async function rawSocket(port: number): Promise<Socket> {
  const socket = connect(port, '127.0.0.1');
  // the server may hang up while this side still writes
  socket.on('error', () => undefined);
  open_sockets.add(socket);
  socket.once('close', () => open_sockets.delete(socket));
  await once(socket, 'connect');
  return socket;
}

/** The end of a connection, however the server brings it about. */
export function hungUp(socket: Socket): Promise<void> {
  return new Promise((resolve) => socket.once('close', () => resolve()));
}

/** The request for a WebSocket, with more header lines if a test wants them. */
export function handshake(headers = ''): Buffer {
  const key = randomBytes(16).toString('base64');
  return Buffer.from(
    `GET ${CAPTURE_PATHS[0]} HTTP/1.1\r\nHost: a\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n` +
      `Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: ${key}\r\n${headers}\r\n`,
  );
}

/** A WebSocket made by hand, to send what no library would. */
export async function rawWebSocket(port: number): Promise<Socket> {
  const socket = await rawSocket(port);
  socket.write(handshake());
  await once(socket, 'data');
  return socket;
}

/** The head of a masked frame of up to 2^48 bytes; its mask is zeros. */
export function frameHead(opcode: number, length: number, fin = true): Buffer {
  const bytes = Buffer.alloc(14);
  bytes[0] = (fin ? 0x80 : 0) | opcode;
  bytes[1] = 0x80 | 127;
  bytes.writeUIntBE(length, 4, 6);
  return bytes;
}

/** A masked text frame; its mask is zeros. */
export function textFrame(message: object): Buffer {
  const text = Buffer.from(JSON.stringify(message));
  return Buffer.concat([frameHead(0x1, text.length), text]);
}

/** A masked frame without a payload, as short as one can be. */
export function emptyFrame(opcode: number, fin = true): Buffer {
  return Buffer.from([(fin ? 0x80 : 0) | opcode, 0x80, 0, 0, 0, 0]);
}
