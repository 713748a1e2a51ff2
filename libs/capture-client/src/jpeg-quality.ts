const HIGHEST = 0.8;
const LOWEST = 0.3;
const STEP_DOWN = 0.1;

/** Back from the lowest to the highest in fifty frames. */
const STEP_UP = 0.01;

/** How much of its bytes a frame may use for the next one to be made better. */
const ROOMY = 0.8;

/** The quality the next frame is encoded with: steps down at once when a frame is too large, and back up slowly. */
export class JpegQuality {
  #value = HIGHEST;

  /** 0.3 to 0.8, as canvases take it. */
  get value(): number {
    return this.#value;
  }

  /** Looks at what a frame came to; whether it is to be encoded once more, at a lower quality. */
  isToBeLowered(byte_length: number, max_frame_bytes: number): boolean {
    if (byte_length <= max_frame_bytes) {
      if (byte_length <= ROOMY * max_frame_bytes) this.#value = Math.min(HIGHEST, this.#value + STEP_UP);
      return false;
    }
    if (this.#value <= LOWEST) return false;
    this.#value = Math.max(LOWEST, this.#value - STEP_DOWN);
    return true;
  }
}
