import type { ForwardItem, StreamEnd, StreamOpen } from '@a3cp/capture-domain';

/** Without a word for longer, a gateway is gone; milliseconds. PROTOCOL.md, "Direct transport" and "NATS transport". */
export const IDLE_MS = 3_000;

/** Why an extractor refuses an open, a frame or an end. PROTOCOL.md, "Direct transport". */
export type NakCode = 'busy' | 'unknown_capture' | 'bad_seq' | 'length_mismatch' | 'frame_undecodable';

/** Thrown by an extractor in place of an acknowledgement. */
export class Nak extends Error {
  constructor(readonly code: NakCode) {
    super(code);
  }
}

/** One capture at the extractor's side. Its user awaits each call before the next, save `lost`. */
export interface ExtractorStream {
  /** Resolves when the extractor owns the frame; rejects with a {@link Nak}. Taking its time is the backpressure. */
  frame(item: ForwardItem): Promise<void>;
  /** Resolves when the extractor has taken the end; a repeat changes nothing. Rejects with a {@link Nak}. */
  end(end: StreamEnd): Promise<void>;
  /** The gateway is gone, or gave the capture up, without an end. */
  lost(): void;
}

/** The receiving half of the downstream contract, whatever transport carries it. PROTOCOL.md, "Downstream". */
export abstract class LandmarkExtractor {
  /** Takes a capture; rejects with a {@link Nak} if it can't. */
  abstract open(open: StreamOpen): Promise<ExtractorStream>;
}
