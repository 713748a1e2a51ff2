import type { Percentiles } from './statistics.js';

/** What the bench wants sent. */
export interface LoadOrder {
  /** Captures to a gateway or the bare server, streams straight to an extractor, or connections that send nothing. */
  readonly kind: 'captures' | 'streams' | 'idle';
  readonly port: number;
  /** At a time: each is followed by another. */
  readonly captures: number;
  readonly frame_bytes: number;
  /** Frames of a capture. */
  readonly frames: number;
  /** Frames a second of each capture; null sends as fast as the server reads. */
  readonly fps: number | null;
  /** From when all captures run until they are closed, at whichever frame they are. */
  readonly seconds: number;
}

/** What came of it: captures, and how long the frames took that were sent while all captures ran. */
export interface LoadReport {
  readonly completed: number;
  readonly failed: number;
  /** From a frame's sending to its acknowledgement. */
  readonly latency: Percentiles | null;
}

type Pace = Pick<LoadOrder, 'captures' | 'frames' | 'fps'>;

/** Within this time all captures begin. */
const BEGINNING_SECONDS = 1;

/** From when the last capture has begun until the load is even and V8 has compiled the code for it. */
const SETTLING_MS = 2_500;

/**
 * The start of a series of captures, milliseconds from the start of the load. Paced series are spread over a second, and no two
 * send a frame at the same time; the others begin at once.
 */
export function beginOf({ captures, fps }: Pace, index: number): number {
  if (fps === null) return 0;
  const share = index / captures;
  return ((Math.floor(share * fps * BEGINNING_SECONDS) + share) * 1000) / fps;
}

/** Frames of the first of the captures that follow one another: shorter for some, so that later as many begin at any time. */
export function firstFrames({ captures, frames, fps }: Pace, index: number): number {
  return fps === null ? frames : Math.max(1, Math.ceil(frames * (1 - index / captures)));
}

/** When all captures run, milliseconds from the start. */
export function settledAfter(pace: Pace): number {
  return pace.fps === null ? 0 : beginOf(pace, pace.captures - 1) + SETTLING_MS;
}
