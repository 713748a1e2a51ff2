import type { CaptureAbortMessage, CaptureErrorCode } from '@a3cp/capture-protocol';
import { type CaptureWebSocket, ReadyState } from './capture-web-socket.js';

/** What a connection without a close frame is reported as. RFC 6455, 7.4.1. */
const ABNORMAL_CLOSURE = 1006;

/** How often a full socket is looked at: a fraction of the 67 ms between two frames of a camera. */
const ROOM_CHECK_INTERVAL_MS = 10;

/** The end of a connection as its client saw it; `error_code` is that of the capture.abort before it, if one came. */
export interface ConnectionEnd {
  readonly close_code: number;
  readonly reason: string;
  readonly error_code: CaptureErrorCode | null;
}

/** One capture's socket, watched from its construction on: what the server says, and whether more may be sent. */
export class CaptureConnection {
  /** Resolves once nothing more is to be sent: the server ended the capture, the socket closed, or the sender gave up. */
  readonly over: Promise<void>;
  /** Resolves when the socket has closed; rejects when the sender gives up. */
  readonly ended: Promise<ConnectionEnd>;
  readonly #opened: Promise<void>;
  #error_code: CaptureErrorCode | null = null;
  #stop!: () => void;
  #reject!: (reason: unknown) => void;

  // No listener is ever removed: the socket serves this one capture, and `ws` throws an error nobody listens to.
  constructor(private readonly socket: CaptureWebSocket) {
    let fault = socket.readyState === ReadyState.CLOSED ? 'the socket was closed before the capture' : '';
    // a browser does not say what went wrong, `ws` does; both close the socket next
    socket.addEventListener('error', (event) => (fault ||= 'message' in event ? String(event.message) : ''));
    socket.addEventListener('message', ({ data }) => this.#hear(data));
    this.#opened = new Promise((resolve) => socket.addEventListener('open', resolve));
    this.over = new Promise((resolve) => (this.#stop = resolve));
    this.ended = new Promise((resolve, reject) => {
      this.#reject = reject;
      const end = (close_code: number, reason: string): void => {
        this.#stop();
        resolve({ close_code, reason: reason || fault, error_code: this.#error_code });
      };
      socket.addEventListener('close', ({ code, reason }) => end(code, reason));
      if (socket.readyState === ReadyState.CLOSED) end(ABNORMAL_CLOSURE, fault);
    });
    // nobody looks at it if the frames fail before
    this.ended.catch(() => undefined);
  }

  /** Whether messages are taken. */
  get isOpen(): boolean {
    return this.socket.readyState === ReadyState.OPEN;
  }

  /** Waits until messages are taken, or never will be. */
  async opened(): Promise<void> {
    if (!this.isOpen) await Promise.race([this.#opened, this.over]);
  }

  /**
   * Waits until at most `bytes` wait in the socket. A W3C WebSocket has no event for a buffer that drained, so a full one
   * is looked at again every 10 ms, while it is open. At least one turn of the event loop goes by, so that the server is
   * heard even between frames that are all there already.
   */
  async room(bytes: number): Promise<void> {
    await sleep(0);
    while (this.isOpen && this.socket.bufferedAmount > bytes) await sleep(ROOM_CHECK_INTERVAL_MS);
  }

  /** Closes the socket now, whatever the server says. */
  giveUp(reason: unknown): void {
    this.#reject(reason);
    this.#close();
  }

  #hear(data: unknown): void {
    const abort = abortIn(data);
    if (!abort) return;
    this.#error_code = abort.error_code;
    // the server's close follows; closing from here as well makes `isOpen` false at once
    this.#close();
  }

  #close(): void {
    this.socket.close();
    this.#stop();
  }
}

/** The capture.abort that a server's message is; null for any other, which this client passes over. */
function abortIn(data: unknown): CaptureAbortMessage | null {
  try {
    const message = JSON.parse(String(data)) as CaptureAbortMessage | null;
    return message?.event === 'capture.abort' ? message : null;
  } catch {
    return null;
  }
}

function sleep(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}
