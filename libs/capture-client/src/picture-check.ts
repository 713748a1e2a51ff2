/** What is wrong with the picture of a camera. `covered`: it is black or of one colour; `still`: it does not change. */
export type PictureFault = 'covered' | 'still';

/** A camera that was just switched on shows black until it has measured the light. */
const COVERED_MS = 1_000;

/** The pictures of two moments differ at least by noise, unless the camera hangs. */
const STILL_MS = 3_000;

/** From the darkest to the brightest point, of 255; a finger on the lens leaves less. */
const LEAST_CONTRAST = 24;

/** How bright the brightest point is at least, of 255. */
const LEAST_LIGHT = 32;

/** Judges a camera by small samples of its pictures, of which it keeps the latest. */
export class PictureCheck {
  #latest: Uint8ClampedArray | null = null;
  #changed_ms = 0;
  #covered_ms: number | null = null;

  /** Judges one more sample: red, green, blue and opacity of each point, and the time in milliseconds. */
  look(sample: Uint8ClampedArray, now_ms: number): PictureFault | null {
    if (!this.#latest || sample.some((value, index) => value !== this.#latest?.[index])) this.#changed_ms = now_ms;
    this.#latest = sample;
    if (!isCovered(sample)) this.#covered_ms = null;
    else this.#covered_ms ??= now_ms;
    if (this.#covered_ms !== null && now_ms - this.#covered_ms >= COVERED_MS) return 'covered';
    return now_ms - this.#changed_ms >= STILL_MS ? 'still' : null;
  }
}

function isCovered(sample: Uint8ClampedArray): boolean {
  let [darkest, brightest] = [255, 0];
  for (let at = 0; at < sample.length; at += 4) {
    const light = ((sample[at] ?? 0) + (sample[at + 1] ?? 0) + (sample[at + 2] ?? 0)) / 3;
    darkest = Math.min(darkest, light);
    brightest = Math.max(brightest, light);
  }
  return brightest < LEAST_LIGHT || brightest - darkest < LEAST_CONTRAST;
}
