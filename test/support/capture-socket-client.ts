import type { CaptureServerMessage } from '@a3cp/capture-protocol';
import { once } from 'node:events';
import WebSocket from 'ws';
import { closeMessage, jpegOf, metaMessage, openMessage } from './messages.js';

const open_clients = new Set<WebSocket>();

/** Closes every client a test left open; for `afterEach`. */
export function terminateClients(): void {
  for (const socket of open_clients) socket.terminate();
}

/** A client to pull from: what the server says is remembered from construction on. */
export class CaptureSocketClient {
  readonly socket: WebSocket;
  /** Every text the server sent. */
  readonly messages: CaptureServerMessage[] = [];
  readonly opened: Promise<void>;
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
    // a refused connection is told by `opened`; a test that does not look there learns it from `closed`
    this.opened.catch(() => undefined);
    this.socket.on('error', () => undefined);
    this.closed = new Promise((resolve) => {
      this.socket.once('close', (code, reason) => {
        open_clients.delete(this.socket);
        resolve({ code, reason: reason.toString() });
      });
    });
  }

  /** A client whose WebSocket is open. */
  static async connect(url: string, protocols: string[] = []): Promise<CaptureSocketClient> {
    const client = new CaptureSocketClient(url, protocols);
    await client.opened;
    return client;
  }

  /** Resolves once the server has sent so many messages of this kind; rejects if it ends the connection before. */
  async heard(event: CaptureServerMessage['event'], count = 1): Promise<void> {
    const silenced = this.closed.then(({ code, reason }) => {
      throw new Error(`closed with ${code} ${reason} before ${count} ${event}`);
    });
    // who has heard enough need not learn of the end here
    silenced.catch(() => undefined);
    while (this.messages.filter((message) => message.event === event).length < count)
      await Promise.race([once(this.socket, 'message'), silenced]);
  }

  /** Sends a value as JSON text, a string as it is. */
  text(message: object | string): void {
    this.socket.send(typeof message === 'string' ? message : JSON.stringify(message));
  }

  bytes(payload: Buffer): void {
    this.socket.send(payload, { binary: true });
  }

  open(overrides: Parameters<typeof openMessage>[0] = {}): void {
    this.text(openMessage(overrides));
  }

  /** One frame: its meta, then its bytes. */
  frame(seq: number, jpeg = jpegOf(), overrides: Parameters<typeof metaMessage>[2] = {}): void {
    this.text(metaMessage(seq, jpeg.length, overrides));
    this.bytes(jpeg);
  }

  close(overrides: Parameters<typeof closeMessage>[0] = {}): void {
    this.text(closeMessage(overrides));
  }
}
