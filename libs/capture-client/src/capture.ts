import type { CaptureProgress } from './capture-progress.js';
import type { CaptureResult } from './capture-result.js';
import type { CaptureWebSocketConstructor } from './capture-web-socket.js';
import type { FrameSource } from './frame-source.js';
import type { UplinkMemory } from './uplink-memory.js';

/** One capture to make. */
export interface CaptureOptions {
  /** Of the gateway's capture WebSocket, ws: or wss:. PROTOCOL.md, "Connecting". */
  readonly url: string | URL;
  /** Whose capture it is; `capture_id` is a random UUID by default. */
  readonly identity: { readonly user_id: string; readonly session_id: string; readonly capture_id?: string };
  /** For a gateway that requires tickets; good for this one capture. PROTOCOL.md, "Tickets". */
  readonly ticket?: string | undefined;
  /** Closed on every path. */
  readonly source: FrameSource;
  /** The word the capture is meant to teach: `annotation.intent` of the `capture.open`. At most 256 characters. */
  readonly intent?: string;
  /** Longest event time, in milliseconds. @default as long as the server's limits allow, which is also the most */
  readonly duration_ms?: number;
  /** Gives the capture up, without a `capture.close`: `result` rejects with its reason. */
  readonly signal?: AbortSignal;
  /**
   * What earlier captures have learnt of the network, by server; this one adds to it. @default one for all captures of the
   * page
   */
  readonly uplinks?: UplinkMemory;
  /** For a platform without a global one, such as `ws`. @default the global WebSocket */
  readonly WebSocket?: CaptureWebSocketConstructor;
}

/**
 * A running capture. Iterating it gives its progress: every kind once in order, and of the progress that was not taken in
 * time only the latest, so that nothing piles up. The iteration ends when `result` settles, and throws what it rejects with.
 */
export interface Capture extends AsyncIterable<CaptureProgress> {
  readonly capture_id: string;
  /** Ends the capture well, with what was sent so far: `capture.close` now. */
  stop(): void;
  /** Rejects only with the signal's reason, or with what the source threw, unless that is a CameraError. */
  readonly result: Promise<CaptureResult>;
}
