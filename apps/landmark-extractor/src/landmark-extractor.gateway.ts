import { Clock, PeerLog } from '@a3cp/capture-domain';
import type { BearerSecret } from '@a3cp/service';
import { serveDirectStream } from '@a3cp/landmark-forwarders';
import { type BeforeApplicationShutdown, Inject, type OnModuleDestroy } from '@nestjs/common';
import { type OnGatewayConnection, type OnGatewayInit, WebSocketGateway } from '@nestjs/websockets';
import type { IncomingMessage } from 'node:http';
import type { Socket } from 'node:net';
import type { WebSocket, WebSocketServer } from 'ws';
import { ReferenceExtractor } from './reference-extractor.js';

/** Ample for a frame and its header at any limit a gateway is sensibly given. */
const MAX_MESSAGE_BYTES = 4 * 1024 * 1024;

/** Bytes of a socket before its first message is whole: many times the longest open. */
const MAX_OPEN_BYTES = 65_536;

/** Sockets at once: 100 more than there are captures, for those without one. */
const MAX_STREAMS = 1_100;

/** Injection token of the {@link BearerSecret} of the stream; null where it asks for none. */
export const STREAM_SECRET = Symbol('StreamSecret');

/**
 * Where gateways stream captures over the direct transport; on shutdown, running captures may finish.
 * docs/integration/downstream.md, "Direct transport".
 */
@WebSocketGateway({ path: '/landmark_extractor/stream', maxPayload: MAX_MESSAGE_BYTES, perMessageDeflate: false })
export class LandmarkExtractorGateway
  implements OnGatewayInit<WebSocketServer>, OnGatewayConnection<WebSocket>, OnModuleDestroy, BeforeApplicationShutdown
{
  readonly #log: PeerLog;
  readonly #streams = new Set<Promise<void>>();
  #stopping = false;

  constructor(
    private readonly extractor: ReferenceExtractor,
    private readonly clock: Clock,
    @Inject(STREAM_SECRET) private readonly secret: BearerSecret | null,
  ) {
    this.#log = new PeerLog(LandmarkExtractorGateway.name, clock);
  }

  afterInit(server: WebSocketServer): void {
    server.options.verifyClient = ({ req }: { req: IncomingMessage }, answer) => {
      const status = this.#refusal(req);
      answer(status === null, status ?? undefined);
    };
  }

  handleConnection(socket: WebSocket, request: IncomingMessage): void {
    boundOpen(socket, request.socket);
    const stream = serveDirectStream(socket, this.extractor, this.clock)
      .catch(() => void this.#log.error('A capture failed inside the extractor'))
      .finally(() => this.#streams.delete(stream));
    this.#streams.add(stream);
    leaveToUs(socket);
  }

  onModuleDestroy(): void {
    this.#stopping = true;
  }

  /** The status with which an upgrade is refused; null if it is not. */
  #refusal({ headers }: IncomingMessage): number | null {
    // only a browser sends it, and no gateway is one
    if (headers.origin !== undefined) return 403;
    if (this.secret?.isIn(headers.authorization) === false) return 401;
    return this.#stopping || this.#streams.size >= MAX_STREAMS ? 503 : null;
  }

  async beforeApplicationShutdown(): Promise<void> {
    await Promise.all(this.#streams);
  }
}

/** Terminates a socket whose first message is too long for an open: ws keeps the pieces of a message until it is whole. */
function boundOpen(socket: WebSocket, connection: Socket): void {
  const begun_at = connection.bytesRead;
  let isWhole = false;
  const check = (): void => {
    if (!isWhole && connection.bytesRead - begun_at > MAX_OPEN_BYTES) socket.terminate();
  };
  connection.on('data', check);
  socket.once('message', () => {
    isWhole = true;
    connection.off('data', check);
  });
}

/**
 * Removes two listeners that Nest's WsAdapter (12.1) adds to a socket. One reads every message as JSON, also frames, for handlers
 * that this gateway does not have. The other logs each network error with its stack.
 */
function leaveToUs(socket: WebSocket): void {
  const ours = socket.rawListeners('message');
  // the adapter adds its own right after the gateway has the socket
  queueMicrotask(() => {
    for (const listener of socket.rawListeners('message')) {
      if (!ours.includes(listener)) socket.off('message', listener as () => void);
    }
  });
  socket.removeAllListeners('error');
  // 'close' follows every error
  socket.on('error', () => undefined);
}
