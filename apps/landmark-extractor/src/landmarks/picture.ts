import type { Region } from './region.js';

/** A decoded frame: red, green and blue of each pixel, 0 to 255, row by row. */
export interface Picture {
  readonly rgb: Uint8Array;
  /** Pixels. */
  readonly width: number;
  /** Pixels. */
  readonly height: number;
}

/** Every 31st pixel tells the brightness of a picture well enough; no width of a camera is a multiple of it. */
const LUMA_STEP = 31;

/** The mean brightness of a picture, 0 (black) to 255 (white): the luma of ITU-R BT.601. */
export function meanLuma({ rgb }: Picture): number {
  let [red, green, blue, pixels] = [0, 0, 0, 0];
  for (let i = 0; i < rgb.length; i += 3 * LUMA_STEP) {
    red += rgb[i] ?? 0;
    green += rgb[i + 1] ?? 0;
    blue += rgb[i + 2] ?? 0;
    pixels += 1;
  }
  return (0.299 * red + 0.587 * green + 0.114 * blue) / pixels;
}

/** The square around the whole picture: where a detector looks for the first time. */
export function wholeOf({ width, height }: Picture): Region {
  const side = Math.max(width, height);
  return { x: width / 2, y: height / 2, width: side, height: side, angle: 0 };
}
