/** All in hundredths, which add up exactly. */
const HIGHEST = 80;
const LOWEST = 15;

/** Most that quality rises from one frame to the next. */
const STEP_UP = 10;

/** Share of its bytes that a frame is meant to use, since the next picture may have more detail. */
const ROOMY = 0.92;

/** Quality rises once a frame uses less than this share of its bytes. */
const ROOMIER = 0.85;

/** Exponent of the size of a JPEG file over the coarseness of its quantisation: photographs are close to it. */
const SIZE_EXPONENT = -0.75;

/**
 * The quality that the next frame is encoded with. The size of each frame tells which quality fits the bytes that frames
 * may have: quality falls to it at once, and rises to it within a few frames.
 */
export class JpegQuality {
  #hundredths = HIGHEST;

  /** 0.15 to 0.8, as canvases take it. */
  get value(): number {
    return this.#hundredths / 100;
  }

  /** Looks at the size of a frame; returns whether to encode it once more, at the lower quality there is now. */
  isToBeLowered(byte_length: number, max_frame_bytes: number): boolean {
    const fitting = this.#fitting((ROOMY * max_frame_bytes) / byte_length);
    if (byte_length > max_frame_bytes) {
      if (this.#hundredths === LOWEST) return false;
      this.#hundredths = Math.max(LOWEST, Math.min(fitting, this.#hundredths - 1));
      return true;
    }
    if (byte_length < ROOMIER * max_frame_bytes) {
      const rise = Math.ceil((fitting - this.#hundredths) / 2);
      this.#hundredths += Math.min(STEP_UP, rise);
    }
    return false;
  }

  /** The quality at which a frame of the current quality has `ratio` times its size. */
  #fitting(ratio: number): number {
    const coarseness = coarsenessOf(this.#hundredths) * ratio ** (1 / SIZE_EXPONENT);
    const hundredths = coarseness > 100 ? 5_000 / coarseness : 100 - coarseness / 2;
    return Math.max(LOWEST, Math.min(HIGHEST, Math.floor(hundredths)));
  }
}

/** Factor on the tables of quantisation, in percent, as encoders derive it from the quality. */
function coarsenessOf(hundredths: number): number {
  return hundredths < 50 ? 5_000 / hundredths : 200 - 2 * hundredths;
}
