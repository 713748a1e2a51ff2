import {
  CAPTURE_SUBPROTOCOL,
  type CaptureClientMessage,
  type CaptureServerMessage,
  TICKET_SUBPROTOCOL_PREFIX,
} from '@a3cp/capture-protocol';
import { type CaptureWebSocket, type CaptureWebSocketConstructor, ReadyState } from './capture-web-socket.js';

/** The end of a connection as its client saw it. */
export interface ConnectionEnd {
  /** Whether the connection ever opened. */
  readonly opened: boolean;
  /** 1006 if there was no close frame. */
  readonly close_code: number;
  /** The server's close reason, else the words of the WebSocket. */
  readonly reason: string;
}

/** Receives, in this order: `opened` at most once, any number of messages until this client closes, `ended` once. */
export interface ConnectionListener {
  /** The connection is open; the handshake took `handshake_ms` milliseconds. */
  opened(handshake_ms: number): void;
  heard(message: CaptureServerMessage): void;
  ended(end: ConnectionEnd): void;
}

/**
 * One capture's WebSocket. It offers a3cp.capture.v1. Browsers and `ws` abort a handshake whose server selects no offered
 * subprotocol, without naming this reason. So a failed connection is tried once more without the offer, unless a ticket may be
 * used up already. PROTOCOL.md, "Connecting" and "Tickets".
 */
export class CaptureConnection {
  #socket: CaptureWebSocket | null = null;
  #opened = false;
  #closed = false;
  #is_extended = false;

  constructor(
    private readonly url: string | URL,
    private readonly ticket: string | undefined,
    private readonly WebSocket: CaptureWebSocketConstructor,
    private readonly listener: ConnectionListener,
  ) {}

  /** Whether the connection is open. */
  get isOpen(): boolean {
    return this.#socket?.readyState === ReadyState.OPEN;
  }

  /** Whether the server has selected a3cp.capture.v1; some servers select it without supporting it. */
  get isExtended(): boolean {
    return this.#is_extended;
  }

  /** Bytes that the WebSocket has not sent yet. */
  get bufferedAmount(): number {
    return this.#socket?.bufferedAmount ?? 0;
  }

  /** Throws the error of the WebSocket's constructor: a SyntaxError for a URL that is not ws: or wss:. */
  connect(): void {
    const ticket = this.ticket === undefined ? [] : [TICKET_SUBPROTOCOL_PREFIX + this.ticket];
    this.#socket = this.#offer([CAPTURE_SUBPROTOCOL, ...ticket]);
  }

  send(message: CaptureClientMessage): void {
    this.#socket?.send(JSON.stringify(message));
  }

  sendBytes(jpeg: Uint8Array<ArrayBuffer>): void {
    this.#socket?.send(jpeg);
  }

  /** Closes the connection now; `ended` follows when it is closed. */
  close(): void {
    this.#closed = true;
    this.#socket?.close();
  }

  // No listener is ever removed: the socket serves this one capture, and `ws` throws an error that has no listener.
  #offer(protocols: string[]): CaptureWebSocket {
    const socket = new this.WebSocket(this.url, protocols);
    const begun_at = performance.now();
    let fault = '';
    // a browser does not say what went wrong, `ws` does; both close the socket next
    socket.addEventListener('error', (event) => (fault ||= 'message' in event ? String(event.message) : ''));
    socket.addEventListener('open', () => {
      this.#opened = true;
      this.#is_extended = protocols.length > 0;
      this.listener.opened(performance.now() - begun_at);
    });
    socket.addEventListener('message', ({ data }) => {
      const message = this.#closed ? null : messageIn(data);
      if (message) this.listener.heard(message);
    });
    socket.addEventListener('close', ({ code, reason }) => {
      if (this.#mayDoWithout(protocols)) this.#socket = this.#offer([]);
      else this.listener.ended({ opened: this.#opened, close_code: code, reason: reason || fault });
    });
    return socket;
  }

  #mayDoWithout(protocols: readonly string[]): boolean {
    return !this.#opened && !this.#closed && protocols.length > 0 && this.ticket === undefined;
  }
}

/** The object that a server's text is; null for anything else, which this client passes over. */
function messageIn(data: unknown): CaptureServerMessage | null {
  if (typeof data !== 'string') return null;
  try {
    return JSON.parse(data) as CaptureServerMessage | null;
  } catch {
    return null;
  }
}
