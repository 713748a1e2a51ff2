import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Server, type Socket } from 'node:net';
import { Direction, type Exit } from './direction.js';
import type { Line } from './line.js';

/** Time between two looks at the queues. */
const TICK_MS = 5;

/** One direction, and the sockets it is read from. */
interface Lane {
  readonly direction: Direction;
  readonly sources: Set<Socket>;
}

/**
 * A network between clients and a port of this machine: a TCP proxy on a free port. It carries everything at once until the
 * first WebSocket asks for its upgrade, which begins the line. Where 64,000 bytes wait in one direction, the proxy reads no
 * further from that side. The kernel's socket buffers on loopback hold up to 4 MB more.
 */
export class Network {
  readonly #server: Server;
  readonly #sockets = new Set<Socket>();
  readonly #up: Lane = { direction: new Direction(), sources: new Set() };
  readonly #down: Lane = { direction: new Direction(), sources: new Set() };
  readonly #ticks: ReturnType<typeof setInterval>;
  #began_at: number | null = null;
  /** Time of the last tick. What is read later counts as arrived then, so that a machine that stalls costs no capacity. */
  #ticked_at = performance.now();
  #longest_tick_ms = 0;
  #cut = false;
  #held = Promise.resolve();
  #release = (): void => undefined;

  private constructor(
    private readonly target_port: number,
    private readonly line: Line | null,
  ) {
    this.#server = createServer({ allowHalfOpen: true }, (client) => this.#join(client));
    this.#ticks = setInterval(() => this.#tick(), TICK_MS);
  }

  /** Between a free port and this one; without a line it carries everything at once. Resolves once it listens. */
  static async to(target_port: number | string, line: Line | null = null): Promise<Network> {
    const network = new Network(Number(target_port), line);
    network.#server.listen(0, '127.0.0.1');
    await once(network.#server, 'listening');
    return network;
  }

  get port(): number {
    return (this.#server.address() as AddressInfo).port;
  }

  /** The http: origin that clients use. */
  get origin(): string {
    return `http://127.0.0.1:${this.port}`;
  }

  /** The longest time between two ticks since the line began: what a busy machine adds to the line. */
  get longest_tick_ms(): number {
    return this.#longest_tick_ms;
  }

  /** Milliseconds since the line began; 0 before. */
  get now_ms(): number {
    return this.#began_at === null ? 0 : performance.now() - this.#began_at;
  }

  /** Breaks every connection, and each new one until {@link mend}. */
  cut(): void {
    this.#cut = true;
    // a reset of a socket that is ending leaves its handle open in Node 20, and the process does not exit
    for (const socket of this.#sockets) socket.destroy();
  }

  mend(): void {
    this.#cut = false;
  }

  /** Keeps the upgrades of new WebSockets back until {@link release}. */
  holdWebSockets(): void {
    this.#held = new Promise((resolve) => (this.#release = resolve));
  }

  release(): void {
    this.#release();
  }

  async stop(): Promise<void> {
    const closed = once(this.#server, 'close');
    this.#server.close();
    this.cut();
    clearInterval(this.#ticks);
    await closed;
  }

  #join(client: Socket): void {
    if (this.#cut) {
      client.destroy();
      return;
    }
    const server = connect({ port: this.target_port, host: '127.0.0.1', allowHalfOpen: true });
    const ends = [client, server];
    for (const socket of ends) {
      this.#sockets.add(socket);
      socket.setNoDelay();
      // an end that breaks takes the other one with it
      socket.on('error', () => ends.forEach((end) => end.destroy()));
      socket.on('close', () => this.#sockets.delete(socket));
    }
    this.#pass(client, server, this.#up);
    this.#pass(server, client, this.#down);
  }

  #pass(from: Socket, to: Socket, lane: Lane): void {
    const exit: Exit = {
      get isFull() {
        return to.writableNeedDrain;
      },
      write: (bytes) => to.write(bytes),
      end: () => to.end(),
    };
    lane.sources.add(from);
    from.on('close', () => lane.sources.delete(from));
    from.on('data', (bytes: Buffer) => {
      if (lane !== this.#up || !bytes.includes('Upgrade: websocket')) {
        this.#accept(lane, bytes, exit);
        return;
      }
      // a client sends nothing more before the answer
      void this.#held.then(() => {
        this.#begin();
        this.#accept(lane, bytes, exit);
      });
    });
    from.on('end', () => this.#accept(lane, 'end', exit));
  }

  #accept(lane: Lane, bytes: Buffer | 'end', exit: Exit): void {
    lane.direction.accept(bytes, exit, this.#began_at === null ? 0 : Math.max(0, this.#ticked_at - this.#began_at));
    this.#carry(lane);
  }

  #begin(): void {
    if (!this.line || this.#began_at !== null) return;
    this.#began_at = performance.now();
    this.#longest_tick_ms = 0;
    this.#up.direction.begin(this.line.up, this.line.delayAt);
    this.#down.direction.begin(this.line.down, this.line.delayAt);
  }

  #tick(): void {
    const now = performance.now();
    this.#longest_tick_ms = Math.max(this.#longest_tick_ms, now - this.#ticked_at);
    this.#ticked_at = now;
    this.#carry(this.#up);
    this.#carry(this.#down);
  }

  #carry({ direction, sources }: Lane): void {
    direction.carry(this.now_ms);
    for (const source of sources) {
      if (direction.isFull) source.pause();
      else if (source.isPaused()) source.resume();
    }
  }
}
