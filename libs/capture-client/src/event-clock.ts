/** Turns a camera's own time, whose zero can be anything, into the time of day. */
export class EventClock {
  #offset_ms: number | null = null;
  #last_ms = -Infinity;

  /**
   * The time of day of a frame, in milliseconds since 1970. `now_ms` is looked at for the first frame only, so that the
   * time between two frames is the camera's; and again for a camera whose time was set back, which begins anew.
   */
  timeOf(timestamp_ms: number, now_ms: number): number {
    if (this.#offset_ms === null || timestamp_ms < this.#last_ms) this.#offset_ms = now_ms - timestamp_ms;
    this.#last_ms = timestamp_ms;
    return timestamp_ms + this.#offset_ms;
  }
}
