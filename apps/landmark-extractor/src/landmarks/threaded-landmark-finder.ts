import { type Clock, type ForwardItem, SystemClock } from '@a3cp/capture-domain';
import type { FrameResult } from './frame-result.js';
import { LandmarkFinder, type LandmarkTracker } from './landmark-finder.js';
import { LandmarkThread } from './landmark-thread.js';
import type { Picture } from './picture.js';

/** A place for a thread, and how many trackers are on it. */
interface Place {
  thread: LandmarkThread | null;
  trackers: number;
}

/**
 * Finds landmarks in at most `threads` worker threads: each handles 10 to 20 frames a second, keeps one core busy with it, and
 * takes about 250 MB. `load` starts the first thread. The others start when captures first need them. A tracker stays on the
 * thread that had the fewest when it came. If that thread dies or hangs, all its frames are rejected, and the next tracker gets a
 * new thread.
 */
export class ThreadedLandmarkFinder extends LandmarkFinder {
  readonly #places: readonly Place[];
  #trackers = 0;
  #closed = false;

  /** `threads` is a whole number of at least 1; `start` is there for tests. */
  constructor(
    readonly threads: number,
    clock: Clock = new SystemClock(),
    private readonly start = (): LandmarkThread => new LandmarkThread(clock),
  ) {
    super();
    this.#places = Array.from({ length: threads }, () => ({ thread: null, trackers: 0 }));
  }

  async load(): Promise<void> {
    const [place] = this.#places;
    if (place) await (place.thread ??= this.start()).loaded;
  }

  /** Throws once the finder is closed. */
  track(): LandmarkTracker {
    if (this.#closed) throw new Error('The landmark finder is closed');
    for (const place of this.#places) {
      if (place.thread?.lost) Object.assign(place, { thread: null, trackers: 0 });
    }
    const place = this.#places.reduce((a, b) => (b.trackers < a.trackers ? b : a));
    place.thread ??= this.start();
    place.trackers += 1;
    const { thread } = place;
    return new ThreadTracker(thread, this.#trackers++, () => {
      // the place may have got another thread since
      if (place.thread === thread) place.trackers -= 1;
    });
  }

  /** Ends all threads; frames that wait for their landmarks are rejected. */
  async close(): Promise<void> {
    this.#closed = true;
    await Promise.all(this.#places.flatMap(({ thread }) => thread?.close() ?? []));
  }
}

class ThreadTracker implements LandmarkTracker {
  #released = false;

  constructor(
    private readonly thread: LandmarkThread,
    private readonly number: number,
    private readonly left: () => void,
  ) {}

  get lost(): boolean {
    return this.thread.lost;
  }

  find(item: ForwardItem, picture: Picture): Promise<FrameResult> {
    return this.thread.find(this.number, item, picture);
  }

  release(): void {
    if (this.#released) return;
    this.#released = true;
    this.thread.release(this.number);
    this.left();
  }
}
