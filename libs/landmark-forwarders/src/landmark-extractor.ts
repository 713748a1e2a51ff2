import {
  type ForwardItem,
  type StreamEnd,
  type StreamOpen,
  type StreamRefusal,
  StreamRefused,
} from '@a3cp/capture-domain';

/** Longest silence of a gateway before its captures end as `gateway_lost`, milliseconds. docs/integration/downstream.md. */
export const GATEWAY_LOST_MS = 8_000;

/** Why an extractor refuses an open, a frame or an end. docs/integration/downstream.md, "Direct transport". */
export type NakCode = 'busy' | 'unknown_capture' | 'bad_seq' | 'length_mismatch' | 'frame_undecodable' | StreamRefusal;

/** Thrown by an extractor in place of an acknowledgement. */
export class Nak extends Error {
  constructor(readonly code: NakCode) {
    super(code);
  }
}

/** What a gateway makes of a refused open. Only reasons that concern the client have their own meaning. */
export function refusalOf(error: unknown): unknown {
  const code = error instanceof Nak ? error.code : null;
  return code === 'duplicate_capture' || code === 'share_exceeded' ? new StreamRefused(code) : error;
}

/** One capture at the extractor's side. The transport awaits each call before the next, except `lost`. */
export interface ExtractorStream {
  /**
   * Resolves when the extractor owns the frame: its header is right and the extractor has room for it. Rejects with a
   * {@link Nak}. A late answer is the back-pressure.
   */
  frame(item: ForwardItem): Promise<void>;
  /** Resolves when the extractor has taken the end; a repeat changes nothing. Rejects with a {@link Nak}. */
  end(end: StreamEnd): Promise<void>;
  /** The gateway is gone, or gave the capture up, without an end. */
  lost(): void;
  /**
   * Resolves with the reason when the capture fails after an acknowledgement: an owned picture turns out to be broken. From
   * then on `frame` rejects with the same code, also for a frame that waits. Absent if no acknowledgement can prove wrong.
   */
  readonly failed?: Promise<NakCode>;
}

/** The receiving half of the downstream contract, whatever transport carries it. docs/integration/downstream.md. */
export abstract class LandmarkExtractor {
  /** Takes a capture; rejects with a {@link Nak} if it can't. */
  abstract open(open: StreamOpen): Promise<ExtractorStream>;
}
