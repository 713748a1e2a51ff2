import type { ForwardItem } from '@a3cp/capture-domain';
import type { FrameResult } from './frame-result.js';
import type { Picture } from './picture.js';

/** Follows one person through the frames of one capture. Its user awaits each frame before the next. */
export interface LandmarkTracker {
  /** Its thread is lost: it rejects every frame. */
  readonly lost: boolean;
  /** Finds the landmarks of a frame in its picture, which it takes over; rejects if the thread is lost. */
  find(item: ForwardItem, picture: Picture): Promise<FrameResult>;
  /** Forgets what was followed; nothing is asked after it. */
  release(): void;
}

/** The port to what finds landmarks; the class is also its injection token. */
export abstract class LandmarkFinder {
  /** How many frames it works on at the same time. */
  abstract readonly threads: number;
  /** Resolves once the frames of a first capture wait for no model to load; rejects if none can be looked at. */
  abstract load(): Promise<void>;
  /** A tracker for one ordered run of frames. */
  abstract track(): LandmarkTracker;
  /** Releases everything; pending calls reject, and no call may follow. */
  abstract close(): Promise<void>;
}
