/** How much of the time between two frames one may come early, since no camera keeps time to the millisecond. */
const EARLY = 0.25;

/** Frames that may be made up for after a pause, so that a camera that stumbles does not lose more than it has to. */
const MADE_UP_FRAMES = 2;

/** Picks frames at an even pace from a camera that may give more of them. */
export class FramePacing {
  readonly #interval_ms: number;
  #due_ms: number | null = null;

  /** At most `max_fps` frames a second. */
  constructor(max_fps: number) {
    this.#interval_ms = 1000 / max_fps;
  }

  /** Whether the picture of this event time is one of them; times never go backwards. */
  isDue(timestamp_ms: number): boolean {
    this.#due_ms ??= timestamp_ms;
    if (timestamp_ms < this.#due_ms - EARLY * this.#interval_ms) return false;
    // counted from when it was due, so that being late once does not slow the pace
    this.#due_ms = Math.max(this.#due_ms, timestamp_ms - MADE_UP_FRAMES * this.#interval_ms) + this.#interval_ms;
    return true;
  }
}
