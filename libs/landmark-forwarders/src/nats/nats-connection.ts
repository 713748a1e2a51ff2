import { PeerUnreachable } from '@a3cp/capture-domain';
import { connect, type Msg, type NatsConnection, type Subscription } from '@nats-io/transport-node';
import type { NatsMessage } from './nats-framing.js';
import { inboxPrefix, natsUser } from './nats-subjects.js';

/** Between two attempts to connect again; at random up to twice that, so that not all come at once. */
const RECONNECT_MS = 100;

/** A server that leaves two of these unanswered is gone. */
const PING_INTERVAL_MS = 1_000;

/** For connecting and signing in. */
const CONNECT_TIMEOUT_MS = 2_000;

/** Only keeps the NATS client from remembering a request for ever: its caller gives up much earlier. */
const FORGET_MS = 60_000;

/** The {@link NatsLink.fault} of a program that has no connection. */
export const NOT_CONNECTED = 'not connected to the NATS server';

/**
 * Rejection of what is asked of a NATS provider that Nest has not started. Nest starts providers only: make it one, or give
 * `CameraFeedModule` a function that returns it.
 */
export class NotStarted extends Error {
  constructor() {
    super('not started: make it a provider, or give CameraFeedModule a function that returns it');
  }
}

/** This program's connection to the NATS server, which is made again whenever it breaks. */
export class NatsLink {
  #connected = true;

  private constructor(
    private readonly connection: NatsConnection,
    /** The user of this connection, which is a part of its subjects. */
    readonly user: string,
    private readonly max_message_bytes: number,
    private readonly lost: () => void,
  ) {
    void this.#watch();
  }

  /**
   * Rejects if the server does not answer, if it refuses the user or messages of that length, and if the user's name cannot be a
   * part of a subject.
   *
   * @param url `nats://user:password@host:port`, or `tls://…`
   * @param name shown in the server's list of connections
   * @param max_message_bytes the longest message that will be sent, its headers included
   * @param lost called whenever the connection breaks
   */
  static async connect(url: string, name: string, max_message_bytes: number, lost: () => void): Promise<NatsLink> {
    const { protocol, host, username, password } = new URL(url);
    const user = natsUser(url);
    const connection = await connect({
      servers: host,
      ...(username && { user, pass: decodeURIComponent(password) }),
      ...(protocol === 'tls:' && { tls: {} }),
      name,
      inboxPrefix: inboxPrefix(user),
      maxReconnectAttempts: -1,
      ignoreAuthErrorAbort: true,
      reconnectTimeWait: RECONNECT_MS,
      reconnectJitter: RECONNECT_MS,
      reconnectJitterTLS: RECONNECT_MS,
      pingInterval: PING_INTERVAL_MS,
      maxPingOut: 2,
      timeout: CONNECT_TIMEOUT_MS,
      noAsyncTraces: true,
    }).catch((error: unknown) => {
      throw new Error(`NATS_URL: ${(error as Error).message}`, { cause: error });
    });
    const link = new NatsLink(connection, user, max_message_bytes, lost);
    const { fault } = link;
    if (fault === null) return link;
    await link.close();
    throw new Error(`NATS_URL: ${fault}`);
  }

  /** Why nothing can be sent, as far as is known; null if it can. The server may have been restarted with other limits. */
  get fault(): string | null {
    if (!this.#connected) return NOT_CONNECTED;
    const { max_payload = Infinity } = this.connection.info ?? {};
    if (max_payload >= this.max_message_bytes) return null;
    return `the server's max_payload is ${max_payload} bytes; set it to at least ${this.max_message_bytes}`;
  }

  /**
   * Resolves with the answer; rejects at once if the subject has no listener or the connection is broken. A later break calls
   * `lost` only.
   */
  async ask(subject: string, { headers, payload }: NatsMessage): Promise<Msg> {
    // the client library would keep it, and send it whenever there is a server again
    if (this.fault !== null) throw new PeerUnreachable(this.fault);
    return this.connection.request(subject, payload, { headers, timeout: FORGET_MS }).catch(() => {
      throw new PeerUnreachable('no answer at the NATS server');
    });
  }

  /** Says what needs no answer. */
  tell(subject: string, { headers, payload }: NatsMessage): void {
    if (this.fault === null) this.connection.publish(subject, payload, { headers });
  }

  /** Calls `receive` for each message, also after the connection was made again. */
  subscribe(subject: string, receive: (message: Msg) => void, queue?: string): Subscription {
    return this.connection.subscribe(subject, {
      ...(queue !== undefined && { queue }),
      // without permission there comes an error and no message
      callback: (error: Error | null, message: Msg) => {
        if (!error) receive(message);
      },
    });
  }

  /** Resolves once the server knows all that was said and asked for. */
  flush(): Promise<void> {
    return this.connection.flush();
  }

  /** Sends what waits, then disconnects. */
  async close(): Promise<void> {
    const connected = this.#connected;
    // from here on nothing may be sent
    this.#connected = false;
    // a server that goes away now hears nothing any more
    if (connected) await this.connection.drain().catch(() => undefined);
    await this.connection.close();
  }

  async #watch(): Promise<void> {
    for await (const { type } of this.connection.status()) {
      if (type === 'reconnect') this.#connected = true;
      if (type !== 'disconnect') continue;
      this.#connected = false;
      this.lost();
    }
  }
}
