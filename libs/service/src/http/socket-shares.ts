import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import { watchUpgrades } from './silent-upgrade-listeners.js';

/** How many sockets an HTTP server may have. */
export interface SocketLimits {
  readonly max_connections: number;
  readonly max_connections_per_address: number;
  /** The address that a socket counts for; null if it is that of a proxy, which carries many clients. */
  readonly addressOf: (socket: Socket) => string | null;
}

/** Sockets above a limit, so that a request gets an answer while no other socket can be closed. */
const SPARE_SOCKETS = 16;

/** The sockets under one limit. The sets have the socket that waits longest first. */
class Share {
  open = 0;
  /** Sockets that have had an answer and wait for the next request. */
  readonly idle = new Set<Socket>();
  /** Sockets that have sent no request yet. */
  readonly fresh = new Set<Socket>();

  constructor(private readonly limit: number) {}

  /** The socket to close because of the newest one; null if none must be closed. */
  excess(newest: Socket): Socket | null {
    if (this.open <= this.limit) return null;
    const oldest = first(this.idle) ?? first(this.fresh) ?? newest;
    return oldest !== newest || this.open > this.limit + SPARE_SOCKETS ? oldest : null;
  }
}

/** One open socket. */
interface OpenSocket {
  readonly address: string | null;
  readonly shares: readonly Share[];
  /** Requests without an answer. */
  requests: number;
}

/**
 * Bounds the sockets of an HTTP server without TLS, in all and for each address. A socket above a limit takes the place of
 * one that waits for a request: first of one that has had an answer, then of one that has sent no request. A socket that
 * is being answered, or has become a WebSocket, keeps its place. `onExcess` is called whenever a socket is closed for it.
 */
export class SocketShares {
  readonly #all: Share;
  readonly #of_address = new Map<string, Share>();
  readonly #sockets = new Map<Socket, OpenSocket>();

  constructor(
    server: Server,
    private readonly limits: SocketLimits,
    private readonly onExcess: () => void,
  ) {
    this.#all = new Share(limits.max_connections);
    server.prependListener('connection', (socket) => this.#opened(socket));
    server.prependListener('request', (request, response) => this.#requested(request, response));
    watchUpgrades(server, ({ socket }) => this.#move(socket, null));
  }

  #opened(socket: Socket): void {
    // the server announces a socket again if it reads a request again
    if (this.#sockets.has(socket)) return;
    const address = this.limits.addressOf(socket);
    const shares = address === null ? [this.#all] : [this.#shareOf(address), this.#all];
    this.#sockets.set(socket, { address, shares, requests: 0 });
    socket.once('close', () => this.#closed(socket));
    for (const share of shares) share.open += 1;
    this.#move(socket, 'fresh');
    for (const share of shares) {
      const excess = share.excess(socket);
      if (excess) this.#close(excess);
    }
  }

  #requested({ socket }: IncomingMessage, response: ServerResponse): void {
    const open = this.#sockets.get(socket);
    if (!open) return;
    open.requests += 1;
    this.#move(socket, null);
    response.once('close', () => {
      open.requests -= 1;
      if (open.requests === 0) this.#move(socket, 'idle');
    });
  }

  #shareOf(address: string): Share {
    const share = this.#of_address.get(address) ?? new Share(this.limits.max_connections_per_address);
    this.#of_address.set(address, share);
    return share;
  }

  /** Moves a socket that is open to this set of its shares; null takes it out of both. */
  #move(socket: Socket, to: 'idle' | 'fresh' | null): void {
    for (const share of this.#sockets.get(socket)?.shares ?? []) {
      share.idle.delete(socket);
      share.fresh.delete(socket);
      if (to !== null) share[to].add(socket);
    }
  }

  #close(socket: Socket): void {
    this.onExcess();
    socket.destroy();
    // its place is free at once, although its end is announced later
    this.#closed(socket);
  }

  #closed(socket: Socket): void {
    const open = this.#sockets.get(socket);
    if (!open) return;
    this.#move(socket, null);
    this.#sockets.delete(socket);
    for (const share of open.shares) share.open -= 1;
    if (open.address !== null && this.#of_address.get(open.address)?.open === 0) this.#of_address.delete(open.address);
  }
}

function first(sockets: Set<Socket>): Socket | undefined {
  return sockets.values().next().value;
}
