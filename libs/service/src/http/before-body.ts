import type { IncomingMessage, Server } from 'node:http';
import type { Socket } from 'node:net';

/** Makes Node.js's parser stop: it takes the rest of the bytes for another protocol. */
const READ_NO_FURTHER = 2;

/** A socket of an HTTP server: its parser calls `onIncoming` for each head that it finds, in the middle of a packet. */
type ParsedSocket = Socket & {
  readonly parser?: { onIncoming: (request: IncomingMessage, ...more: unknown[]) => number };
};

/**
 * Asks about each request of an HTTP server when its head is read, before what follows in the same packet. If the answer is false
 * there is no request, and the server reads no more of the connection, which the caller must close. Node.js has no public way to
 * stop in a packet, which can hold thousands of requests or pieces of a body.
 */
export function beforeBody(server: Server, reads: (request: IncomingMessage) => boolean): void {
  // after Node.js's own listener, which makes the parser
  server.on('connection', ({ parser }: ParsedSocket) => {
    if (!parser) return;
    const onIncoming = parser.onIncoming.bind(parser);
    parser.onIncoming = (request, ...more) => (reads(request) ? onIncoming(request, ...more) : READ_NO_FURTHER);
  });
}
