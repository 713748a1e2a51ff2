import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Server, type Socket } from 'node:net';
import { pipeline } from 'node:stream/promises';
import { setTimeout } from 'node:timers/promises';

const CHUNK_BYTES = 4_096;

/** The network between a browser and the stack, to be squeezed, held up and cut. */
export class BrowserNetwork {
  /** What a browser gets through to the stack. */
  bits_per_second = Infinity;
  readonly #server: Server;
  readonly #sockets = new Set<Socket>();
  #cut = false;
  #held = Promise.resolve();
  #release = (): void => undefined;

  private constructor(private readonly port: string) {
    this.#server = createServer({ highWaterMark: CHUNK_BYTES }, (browser) => this.#join(browser));
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
    pipeline(browser, (chunks: AsyncIterable<Buffer>) => this.#squeezed(chunks), stack).catch(() => undefined);
    pipeline(stack, browser).catch(() => undefined);
  }

  async *#squeezed(chunks: AsyncIterable<Buffer>): AsyncIterable<Buffer> {
    for await (const chunk of chunks) {
      if (chunk.includes('Upgrade: websocket')) await this.#held;
      yield chunk;
      await setTimeout((chunk.length * 8_000) / this.bits_per_second);
    }
  }
}
