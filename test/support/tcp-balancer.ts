import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Server, type Socket } from 'node:net';

/** What stands before the gateways of a deployment: passes each new connection to the one that is in turn. */
export class TcpBalancer {
  readonly #sockets = new Set<Socket>();
  readonly #server: Server;

  /** @param port of the gateway that new connections go to; a test changes it as a deployment does */
  private constructor(public port_behind: number) {
    this.#server = createServer((client) => {
      const gateway = connect(this.port_behind, '127.0.0.1');
      for (const socket of [client, gateway]) {
        this.#sockets.add(socket);
        socket.on('error', () => undefined).on('close', () => this.#sockets.delete(socket));
      }
      client.pipe(gateway).pipe(client);
    });
  }

  static async start(port_behind: number): Promise<TcpBalancer> {
    const balancer = new TcpBalancer(port_behind);
    balancer.#server.listen(0, '127.0.0.1');
    await once(balancer.#server, 'listening');
    return balancer;
  }

  get port(): number {
    return (this.#server.address() as AddressInfo).port;
  }

  async stop(): Promise<void> {
    for (const socket of this.#sockets) socket.destroy();
    this.#server.close();
    await once(this.#server, 'close');
  }
}
