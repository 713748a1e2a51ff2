import type { DownstreamErrorCode } from '@a3cp/capture-protocol';
import type { ForwardItem } from '../capture/forward-item.js';

/** What an extractor receives before the first frame of a capture. docs/integration/downstream.md. */
export interface StreamOpen {
  readonly capture_id: string;
  readonly user_id: string;
  readonly session_id: string;
  /** The client's, of its `capture.open`. */
  readonly record_id: string;
  readonly schema_version: string;
  readonly timestamp_start: Date;
  readonly fps_target: number;
  readonly width: number;
  readonly height: number;
  readonly encoding: string;
  readonly annotation_intent?: string;
  /** The W3C trace context to continue, if the capture is traced. */
  readonly traceparent?: string;
}

/** What an extractor receives after the last frame of a capture, exactly once. docs/integration/downstream.md. */
export interface StreamEnd {
  readonly event: 'capture.close' | 'capture.abort';
  readonly capture_id: string;
  /** The client's: of its close, of the message that caused the abort, or of its open. */
  readonly record_id: string;
  /** Event time. */
  readonly timestamp_end: Date;
  /** Null on a close. */
  readonly error_code: DownstreamErrorCode | null;
  /** Frames the extractor acknowledged. */
  readonly frame_count: number;
  /** `seq` of the last of them, else 0. */
  readonly last_seq: number;
}

/** One capture's ordered stream to one extractor. Await each call before the next one; `end` may follow an unanswered frame. */
export interface LandmarkStream {
  /**
   * Resolves when the extractor owns the frame and the gateway can forget it; rejects after a refusal or when the stream breaks.
   */
  forward(item: ForwardItem): Promise<void>;
  /** Resolves when the extractor has taken the end; rejects when it can't be delivered. Called once. */
  end(end: StreamEnd): Promise<void>;
  /** Resolves when the stream breaks between calls, also while nothing is sent. Never rejects; stays pending on a healthy stream. */
  readonly failed: Promise<void>;
}

/**
 * Why an extractor refuses a capture because of the capture itself. Its `capture_id` belongs to a running capture, or to another
 * user or session; or its user or session has its share of the extractor already. docs/integration/downstream.md.
 */
export type StreamRefusal = 'duplicate_capture' | 'share_exceeded';

/** Rejection of {@link LandmarkForwarder.open} with a reason that the client can receive. */
export class StreamRefused extends Error {
  constructor(readonly refusal: StreamRefusal) {
    super(refusal);
  }
}

/**
 * The port to the landmark extractor. One implementation per transport,
 * all under one contract suite.
 */
export abstract class LandmarkForwarder {
  /**
   * Opens a stream for one capture. Rejects if the extractor refuses, with a {@link StreamRefused} if it says why, or cannot be
   * reached. `signal` is the stream's lifetime. When it aborts, an unfinished open rejects, and the stream releases its socket or
   * lease without a further end. The caller limits the wait, not the transport.
   */
  abstract open(open: StreamOpen, signal: AbortSignal): Promise<LandmarkStream>;
}
