import sharp from 'sharp';
import type { Region } from './region.js';

/** A decoded frame: red, green and blue of each pixel, 0 to 255, row by row. */
export interface Picture {
  readonly rgb: Uint8Array;
  /** Pixels. */
  readonly width: number;
  /** Pixels. */
  readonly height: number;
}

/**
 * Decodes a JPEG whole. Null if it can't be decoded to the end without a complaint, or is not of the announced size, in
 * pixels; what is larger is never decoded.
 */
export async function decodePicture(jpeg: Uint8Array, width: number, height: number): Promise<Picture | null> {
  try {
    const { data, info } = await sharp(jpeg, { failOn: 'warning', limitInputPixels: width * height })
      .toColourspace('srgb')
      .removeAlpha()
      .raw()
      .toBuffer({ resolveWithObject: true });
    if (info.width !== width || info.height !== height || info.channels !== 3) return null;
    return { rgb: data, width, height };
  } catch {
    return null;
  }
}

/** The square around the whole picture: where a detector looks for the first time. */
export function wholeOf({ width, height }: Picture): Region {
  const side = Math.max(width, height);
  return { x: width / 2, y: height / 2, width: side, height: side, angle: 0 };
}
