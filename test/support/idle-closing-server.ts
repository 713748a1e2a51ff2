import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';

/** An HTTP server that closes each kept connection in the moment that the next request arrives on it. */
export class IdleClosingServer {
  /** Requests that were answered. */
  answered = 0;

  private constructor(
    private readonly server: Server,
    readonly origin: string,
  ) {}

  /** @param answer the JSON of the next answer */
  static async start(answer: () => object): Promise<IdleClosingServer> {
    const kept = new WeakSet();
    const server = createServer((request, response) => {
      if (kept.has(request.socket)) return request.socket.destroy();
      kept.add(request.socket);
      idle.answered += 1;
      // clients keep the connection for as long
      return response.setHeader('keep-alive', 'timeout=60').end(JSON.stringify(answer()));
    });
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    const idle = new IdleClosingServer(server, `http://127.0.0.1:${(server.address() as AddressInfo).port}`);
    return idle;
  }

  async stop(): Promise<void> {
    const closed = once(this.server, 'close');
    this.server.close();
    this.server.closeAllConnections();
    await closed;
  }
}
