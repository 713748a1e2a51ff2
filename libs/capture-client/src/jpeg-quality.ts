/** All in hundredths, which add up exactly. */
const HIGHEST = 80;
const LOWEST = 30;
const STEP_DOWN = 10;

/** Back from the lowest to the highest in fifty frames. */
const STEP_UP = 1;

/** How much of its bytes a frame may use for the next one to be made better. */
const ROOMY = 0.8;

/** The quality the next frame is encoded with: steps down at once when a frame is too large, and back up slowly. */
export class JpegQuality {
  #hundredths = HIGHEST;

  /** 0.3 to 0.8, as canvases take it. */
  get value(): number {
    return this.#hundredths / 100;
  }

  /** Looks at what a frame came to; whether it is to be encoded once more, at the lower quality there is now. */
  isToBeLowered(byte_length: number, max_frame_bytes: number): boolean {
    if (byte_length <= max_frame_bytes) {
      if (byte_length <= ROOMY * max_frame_bytes) this.#hundredths = Math.min(HIGHEST, this.#hundredths + STEP_UP);
      return false;
    }
    if (this.#hundredths === LOWEST) return false;
    this.#hundredths = Math.max(LOWEST, this.#hundredths - STEP_DOWN);
    return true;
  }
}
