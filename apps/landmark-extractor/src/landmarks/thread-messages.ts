import type { FrameLandmarks } from './holistic-tracker.js';

/** What a landmark thread is told. Trackers are numbered by who tells it; a new number is a new tracker. */
export type ThreadOrder =
  | {
      readonly type: 'find';
      /** Comes back with the answer. */
      readonly id: number;
      readonly tracker: number;
      readonly jpeg: Uint8Array;
      readonly width: number;
      readonly height: number;
    }
  | { readonly type: 'release'; readonly tracker: number };

/** What it answers to a `find`; null landmarks if the picture can't be decoded. */
export interface ThreadAnswer {
  readonly id: number;
  readonly landmarks: FrameLandmarks | null;
}
