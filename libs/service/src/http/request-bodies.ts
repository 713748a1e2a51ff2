import { Tally } from '@a3cp/capture-domain';
import type { IncomingMessage, Server } from 'node:http';
import type { Socket } from 'node:net';
import { beforeBody } from './before-body.js';

/** Chunked bodies that have not ended, in all and of one address. A body that comes in one packet with its end counts for none. */
const MAX_CHUNKED = 16;
const MAX_CHUNKED_OF_ADDRESS = 4;

/** Pieces of a chunked body: many times what HTTP libraries and networks cut 100 kB into. */
const MAX_PIECES = 256;

/** How long a client can read an answer that came before the end of its body; milliseconds. */
const LINGER_MS = 1_000;

const BUSY = 'HTTP/1.1 503 Service Unavailable\r\nRetry-After: 1\r\nConnection: close\r\nContent-Length: 0\r\n\r\n';

/**
 * Bounds what the bodies of requests cost an HTTP server. One packet can hold 10,000 pieces of a chunked body, and Node.js makes
 * an object of each. So few such bodies are read at once, more are refused with 503, and one of more than 256 pieces closes its
 * connection. After an answer the rest of a body is not read, and the connection is closed a second later.
 */
export class RequestBodies {
  readonly #of_address = new Tally();
  #chunked = 0;

  constructor(server: Server) {
    beforeBody(server, (request) => request.headers['transfer-encoding'] === undefined || this.#admit(request));
    server.prependListener('request', (request, response) => {
      response.once('finish', () => {
        if (!request.complete) leaveUnread(request.socket);
      });
    });
  }

  #admit(request: IncomingMessage): boolean {
    const { socket } = request;
    const address = socket.remoteAddress ?? '';
    if (this.#chunked >= MAX_CHUNKED || this.#of_address.of(address) >= MAX_CHUNKED_OF_ADDRESS) {
      socket.end(BUSY);
      leaveUnread(socket);
      return false;
    }
    this.#chunked += 1;
    this.#of_address.add(address);
    const over = (): void => {
      socket.off('close', over);
      this.#chunked -= 1;
      this.#of_address.remove(address);
    };
    socket.on('close', over);
    boundPieces(request, over);
    return true;
  }
}

/** @param ended called at the end of the body, if it has one */
function boundPieces(request: IncomingMessage, ended: () => void): void {
  const push = request.push.bind(request);
  let pieces = 0;
  request.push = (piece: Buffer | null) => {
    pieces += 1;
    if (pieces > MAX_PIECES) {
      request.socket.destroy();
      return false;
    }
    if (piece === null) ended();
    return push(piece);
  };
}

function leaveUnread(socket: Socket): void {
  socket.pause();
  // Node.js destroys a socket that times out
  socket.setTimeout(LINGER_MS);
}
