/**
 * The part of a WebSocket that a capture needs. The browser's `WebSocket` and that of `ws` both have it, so either can be passed.
 */
export interface CaptureWebSocket {
  readonly readyState: number;
  /** Bytes handed over that have not left for the network. */
  readonly bufferedAmount: number;
  send(data: string | Uint8Array<ArrayBuffer>): void;
  close(): void;
  addEventListener(type: 'open', listener: () => void): void;
  addEventListener(type: 'message', listener: (event: { readonly data: unknown }) => void): void;
  addEventListener(type: 'error', listener: (event: object) => void): void;
  addEventListener(type: 'close', listener: (event: { readonly code: number; readonly reason: string }) => void): void;
}

/** The constructor: the browser's `WebSocket`, or that of `ws`. */
export type CaptureWebSocketConstructor = new (url: string | URL, protocols?: string[]) => CaptureWebSocket;

/** The values of `readyState`. */
export const ReadyState = { CONNECTING: 0, OPEN: 1, CLOSING: 2, CLOSED: 3 } as const;
