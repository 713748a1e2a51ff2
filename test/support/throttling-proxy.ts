import { once } from 'node:events';
import { type AddressInfo, createServer, type Server, Socket } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';

/** What passes at once: about a packet, so that the stream flows evenly. */
const SLICE_BYTES = 1_500;

/** How late a timer of a busy machine may be without loss: what a line did not carry meanwhile it carries then. */
const LATE_MS = 50;

/** One direction of a line that carries so many bits a second, whoever shares it. */
class Line {
  #free_at = 0;

  constructor(private readonly bits_per_second: number) {}

  /** Resolves once so many bytes have gone over it. */
  async carry(bytes: number): Promise<void> {
    this.#free_at = Math.max(this.#free_at, performance.now() - LATE_MS) + (bytes * 8_000) / this.bits_per_second;
    const wait_ms = this.#free_at - performance.now();
    if (wait_ms > 0) await sleep(wait_ms);
  }
}

/** A poor network before a server: a TCP proxy on a free port that carries only so many bits a second in each direction. */
export class ThrottlingProxy {
  readonly #server: Server;
  readonly #sockets = new Set<Socket>();
  readonly #up: Line;
  readonly #down: Line;

  private constructor(
    private readonly target_port: number,
    bits_per_second: number,
  ) {
    this.#up = new Line(bits_per_second);
    this.#down = new Line(bits_per_second);
    this.#server = createServer((client) => this.#connect(client));
  }

  /** Resolves once it listens; what it takes goes to `target_port` of this machine. */
  static async start(target_port: number, bits_per_second = 1_500_000): Promise<ThrottlingProxy> {
    const proxy = new ThrottlingProxy(target_port, bits_per_second);
    proxy.#server.listen(0, '127.0.0.1');
    await once(proxy.#server, 'listening');
    return proxy;
  }

  get port(): number {
    return (this.#server.address() as AddressInfo).port;
  }

  /** Cuts every connection, as a network that is gone. */
  cut(): void {
    for (const socket of this.#sockets) socket.resetAndDestroy();
  }

  async stop(): Promise<void> {
    const closed = once(this.#server, 'close');
    this.#server.close();
    this.cut();
    await closed;
  }

  #connect(client: Socket): void {
    const server = new Socket().connect(this.target_port, '127.0.0.1');
    const ends = [client, server];
    for (const socket of ends) {
      this.#sockets.add(socket);
      socket.setNoDelay();
      // one end that breaks breaks the other
      socket.on('error', () => ends.forEach((end) => end.destroy()));
      socket.on('close', () => this.#sockets.delete(socket));
    }
    void this.#pass(client, server, this.#up);
    void this.#pass(server, client, this.#down);
  }

  async #pass(from: Socket, to: Socket, line: Line): Promise<void> {
    try {
      for await (const chunk of from as AsyncIterable<Buffer>) {
        for (let offset = 0; offset < chunk.length; offset += SLICE_BYTES) {
          const slice = chunk.subarray(offset, offset + SLICE_BYTES);
          await line.carry(slice.length);
          if (!to.write(slice)) await once(to, 'drain');
        }
      }
      to.end();
    } catch {
      // told by the socket's own 'error' already
      to.destroy();
    }
  }
}
