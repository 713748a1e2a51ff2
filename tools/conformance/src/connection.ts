import { EventEmitter, once } from 'node:events';
import WebSocket from 'ws';

export interface Close {
  readonly code: number;
  readonly reason: string;
}

/** How a {@link Connection} asks for its WebSocket. */
export interface Handshake {
  readonly subprotocols?: readonly string[];
  /** Sent as `Authorization: Bearer …`; null sends nothing. */
  readonly bearer?: string | null;
  /** Sent as `Origin`, as a browser does. */
  readonly origin?: string;
  /** Whether pings are answered. @default true */
  readonly pongs?: boolean;
}

/** One client's WebSocket to pull from: what the server says is kept from construction on. */
export class Connection {
  /** Messages sent so far. */
  sent = 0;
  /** The first `capture.open` that was sent, which identifies the capture. */
  open: Readonly<Record<string, unknown>> | null = null;
  /** Every `record_id` that was sent. */
  readonly record_ids = new Set<unknown>();
  readonly #socket: WebSocket;
  readonly #messages: Record<string, unknown>[] = [];
  readonly #news = new EventEmitter<{ news: [] }>();
  #subprotocol: string | null = null;
  #refused: number | null = null;
  #closed: Close | null = null;
  #pings = 0;

  constructor(url: string, { subprotocols = [], bearer = null, origin, pongs = true }: Handshake = {}) {
    const headers = {
      ...(bearer !== null && { Authorization: `Bearer ${bearer}` }),
      ...(origin && { Origin: origin }),
    };
    const socket = new WebSocket(url, [...subprotocols], { perMessageDeflate: false, headers, autoPong: pongs });
    this.#socket = socket;
    // `close` reports what follows a refusal or the choice of another subprotocol
    socket.on('error', () => undefined);
    socket.on('upgrade', ({ headers }) => {
      this.#subprotocol = headers['sec-websocket-protocol'] ?? '';
      this.#news.emit('news');
    });
    socket.on('unexpected-response', (_request, response) => {
      this.#refused = response.statusCode ?? 0;
      socket.terminate();
    });
    socket.on('message', (data, isBinary) => {
      // ws passes Buffers by default
      this.#messages.push(isBinary ? {} : readMessage((data as Buffer).toString()));
      this.#news.emit('news');
    });
    socket.on('ping', () => {
      this.#pings += 1;
      this.#news.emit('news');
    });
    socket.on('close', (code, reason) => {
      this.#closed = { code, reason: reason.toString() };
      this.#news.emit('news');
    });
  }

  /** Resolves with the subprotocol the server selected, '' for none, or the HTTP status it refused with. */
  async answered(signal: AbortSignal): Promise<string | number> {
    for (;;) {
      if (this.#subprotocol !== null) return this.#subprotocol;
      if (this.#refused !== null) return this.#refused;
      if (this.#closed) throw new Error('the connection failed before it was answered');
      await this.#heard(signal);
    }
  }

  async ready(signal: AbortSignal): Promise<void> {
    while (this.#socket.readyState === WebSocket.CONNECTING) {
      await Promise.race([once(this.#socket, 'open', { signal }), once(this.#socket, 'close', { signal })]);
    }
  }

  /** Sends the text, and keeps what it says of itself, if it is a message. */
  text(text: string, message: Readonly<Record<string, unknown>> | null): void {
    this.sent += 1;
    if (message?.['event'] === 'capture.open') this.open ??= message;
    if (message) this.record_ids.add(message['record_id']);
    this.#socket.send(text, () => undefined);
  }

  /** Sends one binary message, in one fragment for each piece. */
  bytes(...pieces: readonly Buffer[]): void {
    this.sent += 1;
    for (const [index, piece] of pieces.entries()) {
      this.#socket.send(piece, { binary: true, fin: index === pieces.length - 1 }, () => undefined);
    }
  }

  hangUp(): void {
    this.#socket.close(1000);
  }

  disconnect(): void {
    this.#socket.terminate();
  }

  /** The next message of the server that was not asked for yet, or null once there can be no other. */
  async next(signal: AbortSignal): Promise<Record<string, unknown> | null> {
    for (;;) {
      const next = this.#messages.shift();
      if (next) return next;
      if (this.#closed) return null;
      await this.#heard(signal);
    }
  }

  /** Resolves when the WebSocket is closed. */
  async closed(signal: AbortSignal): Promise<Close> {
    while (!this.#closed) await this.#heard(signal);
    return this.#closed;
  }

  /** Resolves when the server has sent `times` pings. */
  async pinged(times: number, signal: AbortSignal): Promise<void> {
    while (this.#pings < times && !this.#closed) await this.#heard(signal);
  }

  async #heard(signal: AbortSignal): Promise<void> {
    await once(this.#news, 'news', { signal });
  }
}

/** What is not a JSON object is a message of no event. */
function readMessage(text: string): Record<string, unknown> {
  try {
    return { ...(JSON.parse(text) as object) };
  } catch {
    return {};
  }
}
