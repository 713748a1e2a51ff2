/** How far event time may be from the real time since the first frame, in milliseconds. */
const TOLERANCE_MS = 1_000;

/** When a picture was taken, by the camera's clock, and when it was seen, by the clocks of this device. */
export interface PictureTimes {
  /** Milliseconds of the camera's own time, whose zero can be anything; null if the camera does not say. */
  readonly camera_ms: number | null;
  /** Milliseconds of a clock that is never set, such as `performance.now()`. */
  readonly elapsed_ms: number;
  /** Milliseconds since 1970. */
  readonly date_ms: number;
}

/**
 * Gives pictures their event time. The first has the time of day; the distance between two is the camera's. Where the
 * camera's clock is missing, stands still, is set back or differs from real time by more than a second, the time that
 * really passed takes its place. So event time never goes backwards, and a clock that is set does not change it.
 */
export class EventClock {
  /** Event time minus the camera's. */
  #camera_offset_ms = NaN;
  /** Event time minus real time, of the first picture and of the last. */
  #first_offset_ms = NaN;
  #last_offset_ms = NaN;
  #last_camera_ms = -Infinity;
  #last_ms = -Infinity;

  /** The event time of the next picture, in milliseconds since 1970. */
  timeOf({ camera_ms, elapsed_ms, date_ms }: PictureTimes): number {
    if (this.#last_ms === -Infinity) this.#first_offset_ms = this.#last_offset_ms = date_ms - elapsed_ms;
    this.#last_ms = this.#timeOf(camera_ms, elapsed_ms);
    this.#last_offset_ms = this.#last_ms - elapsed_ms;
    return this.#last_ms;
  }

  #timeOf(camera_ms: number | null, elapsed_ms: number): number {
    const by_elapsed = this.#last_offset_ms + elapsed_ms;
    if (camera_ms === null) return by_elapsed;
    const by_camera = camera_ms + this.#camera_offset_ms;
    const set_back = camera_ms < this.#last_camera_ms;
    this.#last_camera_ms = camera_ms;
    // false also for the first picture, and for what is not a number
    const is_near = Math.abs(by_camera - elapsed_ms - this.#first_offset_ms) <= TOLERANCE_MS;
    if (set_back || !is_near) this.#camera_offset_ms = by_elapsed - camera_ms;
    else if (by_camera > this.#last_ms) return by_camera;
    return by_elapsed;
  }
}
