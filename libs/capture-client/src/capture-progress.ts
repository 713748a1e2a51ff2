import type { ClientLimits } from '@a3cp/capture-protocol';

/** The progress of a capture. */
export type CaptureProgress =
  /** The server has accepted the capture; from a server that speaks a3cp.capture.v1 only. */
  | { readonly kind: 'opened'; readonly limits: ClientLimits; readonly deadline_ms: number }
  /** A frame was sent or skipped, or frames were acknowledged. */
  | {
      readonly kind: 'progress';
      readonly frames_sent: number;
      /** Frames the source gave that were not sent. */
      readonly frames_skipped: number;
      readonly bytes_sent: number;
      /** Frames the extractor is known to have; null if the server does not speak a3cp.capture.v1. */
      readonly frames_delivered: number | null;
      /** Milliseconds of event time, from the first frame to the last one sent. */
      readonly elapsed_ms: number;
    }
  /** Frames are on the way and nothing has moved for 1 s, or something moves again. */
  | { readonly kind: 'network'; readonly waiting: boolean }
  /** Everything was sent; the client waits for the server's verdict. */
  | { readonly kind: 'closing' };
