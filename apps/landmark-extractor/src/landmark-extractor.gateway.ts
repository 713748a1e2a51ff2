import { Clock } from '@a3cp/capture-domain';
import { serveDirectStream } from '@a3cp/landmark-forwarders';
import { type BeforeApplicationShutdown, Logger, type OnModuleDestroy } from '@nestjs/common';
import { type OnGatewayConnection, type OnGatewayInit, WebSocketGateway } from '@nestjs/websockets';
import type { WebSocket, WebSocketServer } from 'ws';
import { ReferenceExtractor } from './reference-extractor.js';

/** Ample for a frame and its header at any limit a gateway is sensibly given. */
const MAX_MESSAGE_BYTES = 4 * 1024 * 1024;

/** Where gateways stream captures over the direct transport; on shutdown, running captures may finish. PROTOCOL.md, "Direct transport". */
@WebSocketGateway({ path: '/landmark_extractor/stream', maxPayload: MAX_MESSAGE_BYTES, perMessageDeflate: false })
export class LandmarkExtractorGateway
  implements OnGatewayInit<WebSocketServer>, OnGatewayConnection<WebSocket>, OnModuleDestroy, BeforeApplicationShutdown
{
  readonly #logger = new Logger(LandmarkExtractorGateway.name);
  readonly #streams = new Set<Promise<void>>();
  #stopping = false;

  constructor(
    private readonly extractor: ReferenceExtractor,
    private readonly clock: Clock,
  ) {}

  afterInit(server: WebSocketServer): void {
    server.options.verifyClient = (_info, answer) => answer(!this.#stopping, 503);
  }

  handleConnection(socket: WebSocket): void {
    const stream = serveDirectStream(socket, this.extractor, this.clock)
      .catch(() => this.#logger.error('A capture failed inside the extractor'))
      .finally(() => this.#streams.delete(stream));
    this.#streams.add(stream);
    leaveToUs(socket);
  }

  onModuleDestroy(): void {
    this.#stopping = true;
  }

  async beforeApplicationShutdown(): Promise<void> {
    await Promise.all(this.#streams);
  }
}

/**
 * Takes off what Nest's WsAdapter (12.1) adds to a socket: a listener that reads every message as JSON, frames too, for
 * handlers this gateway has none of, and one that logs each error of the network with its stack.
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
