import type { FrameLandmarks } from './holistic-tracker.js';
import type { Picture } from './picture.js';

/** A message to a landmark thread. The sender numbers the trackers; a new number is a new tracker. */
export type ThreadOrder =
  | {
      readonly type: 'find';
      /** Comes back with the answer. */
      readonly id: number;
      readonly tracker: number;
      readonly picture: Picture;
    }
  | { readonly type: 'release'; readonly tracker: number };

/** What it says: once that its models are loaded, then the answer to each `find`. */
export type ThreadAnswer =
  { readonly type: 'loaded' } | { readonly type: 'found'; readonly id: number; readonly landmarks: FrameLandmarks };
