import type { ExtractorLine, Needs } from './transcript.js';

/** An implementation of the protocol, and what surrounds it. */
export interface Site {
  /** The capture WebSocket, ws: or wss:. */
  readonly url: string;
  /** An active session, for as long as a transcript needs nothing else. */
  readonly user_id: string;
  readonly session_id: string;
  /** The ticket of the next connection; null if the implementation demands none. */
  ticket?(): string | null;
  /** How long an expected event may take, in milliseconds. */
  readonly patience_ms: number;
  /** Makes the surroundings what a transcript needs; `sent` messages have gone out before. */
  provide(needs: Needs, sent: number): Promise<void>;
  /** Lets time pass for the implementation; `sent` messages have gone out before. */
  pass(ms: number, sent: number): Promise<void>;
  /** What the extractor receives, where that can be seen. */
  readonly extractor?: ObservedExtractor;
}

/** An extractor that can be observed. */
export interface ObservedExtractor {
  /** The next such event of the capture that was not asked for yet; others before it are passed over. */
  next(capture_id: string, event: Exclude<ExtractorLine['extractor'], 'nothing'>, signal: AbortSignal): Promise<object>;
  /** Whether it ever heard of the capture. */
  knows(capture_id: string): boolean;
}
