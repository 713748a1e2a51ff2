import type { ForwardItem } from '@a3cp/capture-domain';
import { EventEmitter, once } from 'node:events';
import { setImmediate } from 'node:timers/promises';
import { LANDMARK_PARTS } from '../../apps/landmark-extractor/src/landmarks/frame-landmarks.js';
import type { FrameResult } from '../../apps/landmark-extractor/src/landmarks/frame-result.js';
import { LandmarkFinder, type LandmarkTracker } from '../../apps/landmark-extractor/src/landmarks/landmark-finder.js';
import type { Picture } from '../../apps/landmark-extractor/src/landmarks/picture.js';

/** A frame that was handed over, and by which of the trackers, counted from 1. */
interface Asked {
  readonly capture_id: string;
  readonly seq: number;
  readonly tracker: number;
  readonly picture: Picture;
}

/** What is found in a frame: every number of a part is `seq` / 1024, or the part is missing. */
export function foundIn(seq: number, missing: readonly string[] = []): Omit<FrameResult, 'seq' | 'timestamp_frame'> {
  const part = (name: (typeof LANDMARK_PARTS)[number]['name']): Float32Array | null => {
    const { points = 0, stride = 0 } = LANDMARK_PARTS.find((each) => each.name === name) ?? {};
    return missing.includes(name) ? null : new Float32Array(points * stride).fill(seq / 1024);
  };
  return { pose: part('pose'), left_hand: part('left_hand'), right_hand: part('right_hand'), face: part('face') };
}

/** A finder of landmarks whose every answer a test decides. */
export class FakeFinder extends LandmarkFinder {
  readonly asked: Asked[] = [];
  released: number[] = [];
  closed = false;
  answers: 'at once' | 'when told' = 'when told';
  find: (seq: number) => Omit<FrameResult, 'seq' | 'timestamp_frame'> = (seq) => foundIn(seq);
  readonly #events = new EventEmitter<{ asked: [] }>();
  /** Frames at work, oldest first. */
  readonly #at_work: { readonly find: () => void; readonly fail: () => void }[] = [];
  #trackers = 0;

  constructor(readonly threads = 1) {
    super();
  }

  load(): Promise<void> {
    return Promise.resolve();
  }

  track(): LandmarkTracker {
    this.#trackers += 1;
    const tracker = this.#trackers;
    return {
      lost: false,
      find: (item, picture) => this.#find(item, picture, tracker),
      release: () => void this.released.push(tracker),
    };
  }

  close(): Promise<void> {
    this.closed = true;
    return Promise.resolve();
  }

  /** Waits until so many frames were handed over in all. */
  async until(frames: number): Promise<void> {
    while (this.asked.length < frames) await once(this.#events, 'asked');
  }

  /** Answers for the oldest frame at work, and lets what follows from it happen. */
  async answer(how: 'find' | 'fail' = 'find'): Promise<void> {
    this.#at_work.shift()?.[how]();
    await setImmediate();
  }

  #find({ capture_id, seq, timestamp_frame }: ForwardItem, picture: Picture, tracker: number): Promise<FrameResult> {
    this.asked.push({ capture_id, seq, tracker, picture });
    const result = new Promise<FrameResult>((resolve, reject) => {
      this.#at_work.push({
        find: () => resolve({ seq, timestamp_frame, ...this.find(seq) }),
        fail: () => reject(new Error('the thread is lost')),
      });
    });
    if (this.answers === 'at once') this.#at_work.shift()?.find();
    this.#events.emit('asked');
    return result;
  }
}
