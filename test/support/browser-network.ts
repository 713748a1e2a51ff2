import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Server, type Socket } from 'node:net';
import { pipeline } from 'node:stream/promises';

/** The network between a browser and the stack, to be held up and cut. */
export class BrowserNetwork {
  readonly #server: Server;
  readonly #sockets = new Set<Socket>();
  #cut = false;
  #held = Promise.resolve();
  #release = (): void => undefined;

  private constructor(private readonly port: string) {
    this.#server = createServer((browser) => this.#join(browser));
  }

  /** Between a free port and this one. */
  static async to(port: string): Promise<BrowserNetwork> {
    const network = new BrowserNetwork(port);
    network.#server.listen(0, '127.0.0.1');
    await once(network.#server, 'listening');
    return network;
  }

  /** Where a browser finds the stack at the other end. */
  get origin(): string {
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  /** Breaks every connection, and any that is tried until it is mended. */
  cut(): void {
    this.#cut = true;
    for (const socket of this.#sockets) socket.destroy();
  }

  mend(): void {
    this.#cut = false;
  }

  /** Keeps back the WebSockets a browser opens, until they are released. */
  holdWebSockets(): void {
    this.#held = new Promise((resolve) => (this.#release = resolve));
  }

  release(): void {
    this.#release();
  }

  async stop(): Promise<void> {
    this.cut();
    this.#server.close();
    await once(this.#server, 'close');
  }

  #join(browser: Socket): void {
    if (this.#cut) {
      browser.destroy();
      return;
    }
    const stack = connect(Number(this.port), '127.0.0.1');
    for (const socket of [browser, stack]) {
      this.#sockets.add(socket);
      socket.on('close', () => this.#sockets.delete(socket));
    }
    // a connection that breaks on one side is broken on the other
    pipeline(browser, (chunks: AsyncIterable<Buffer>) => this.#heldUp(chunks), stack).catch(() => undefined);
    pipeline(stack, browser).catch(() => undefined);
  }

  async *#heldUp(chunks: AsyncIterable<Buffer>): AsyncIterable<Buffer> {
    for await (const chunk of chunks) {
      if (chunk.includes('Upgrade: websocket')) await this.#held;
      yield chunk;
    }
  }
}
