import type { CaptureServerMessage } from '@a3cp/capture-protocol';
import { once } from 'node:events';
import WebSocket from 'ws';
import { greyJpeg } from './grey-jpeg.js';
import { closeMessage, metaMessage, openMessage } from './messages.js';

/** Of a frame for which a test wants nothing else. */
const FRAME = greyJpeg(640, 480, 2_000);

const open_clients = new Set<WebSocket>();

/** Closes every client a test left open; for `afterEach`. */
export function terminateClients(): void {
  for (const socket of open_clients) socket.terminate();
}

/**
 * A client of the capture WebSocket that sends what a test tells it to and remembers what the server says, from construction on.
 * It keeps no rule of the protocol.
 */
export class CaptureSocketClient {
  readonly socket: WebSocket;
  /** Every text the server sent. */
  readonly messages: CaptureServerMessage[] = [];
  /** Resolves when the WebSocket is open; rejects if the server refuses it. */
  readonly opened: Promise<void>;
  /** Resolves with the close code and the reason of the server. */
  readonly closed: Promise<{ code: number; reason: string }>;

  constructor(url: string, protocols: string[] = [], headers: Record<string, string> = {}) {
    this.socket = new WebSocket(url, protocols, { perMessageDeflate: false, headers });
    open_clients.add(this.socket);
    this.socket.on('message', (data) =>
      this.messages.push(JSON.parse((data as Buffer).toString()) as CaptureServerMessage),
    );
    this.opened = new Promise((resolve, reject) => {
      this.socket.once('open', resolve);
      this.socket.once('error', reject);
    });
    // `opened` reports a refused connection; a test that ignores it learns it from `closed`
    this.opened.catch(() => undefined);
    this.socket.on('error', () => undefined);
    this.closed = new Promise((resolve) => {
      this.socket.once('close', (code, reason) => {
        open_clients.delete(this.socket);
        resolve({ code, reason: reason.toString() });
      });
    });
  }

  /**
   * A client whose WebSocket is open. Rejects if the server refuses it.
   *
   * @param protocols the subprotocols it offers. PROTOCOL.md, "Extension a3cp.capture.v1"
   * @param headers of the upgrade, such as `authorization` with a ticket. PROTOCOL.md, "Tickets"
   */
  static async connect(
    url: string,
    protocols: string[] = [],
    headers: Record<string, string> = {},
  ): Promise<CaptureSocketClient> {
    const client = new CaptureSocketClient(url, protocols, headers);
    await client.opened;
    return client;
  }

  /** Resolves when the server has sent `count` messages of this event; rejects if the connection ends before. */
  async heard(event: CaptureServerMessage['event'], count = 1): Promise<void> {
    const silenced = this.closed.then(({ code, reason }) => {
      throw new Error(`closed with ${code} ${reason} before ${count} ${event}`);
    });
    // a caller that has its messages need not learn of the end here
    silenced.catch(() => undefined);
    while (this.messages.filter((message) => message.event === event).length < count)
      await Promise.race([once(this.socket, 'message'), silenced]);
  }

  /** Sends a value as JSON text, a string as it is. */
  text(message: object | string): void {
    this.socket.send(typeof message === 'string' ? message : JSON.stringify(message));
  }

  /** Sends bytes as a binary message. */
  bytes(payload: Buffer): void {
    this.socket.send(payload, { binary: true });
  }

  /** Sends an {@link openMessage}. */
  open(overrides: Parameters<typeof openMessage>[0] = {}): void {
    this.text(openMessage(overrides));
  }

  /** Sends one frame: its meta, then its bytes. */
  frame(seq: number, jpeg: Buffer = FRAME, overrides: Parameters<typeof metaMessage>[2] = {}): void {
    this.text(metaMessage(seq, jpeg.length, overrides));
    this.bytes(jpeg);
  }

  /** Sends a {@link closeMessage}. */
  close(overrides: Parameters<typeof closeMessage>[0] = {}): void {
    this.text(closeMessage(overrides));
  }
}
