/** A picture's, in pixels. */
export interface Size {
  readonly width: number;
  readonly height: number;
}

/** The largest picture allowed: its sides as they are or exchanged, and its number of pixels. PROTOCOL.md, "Limits". */
export interface SizeLimits {
  readonly max_width: number;
  readonly max_height: number;
  readonly max_pixels: number;
}

/** A camera that has no picture yet shows one of 0 x 0 or 2 x 2 pixels; the smallest real ones have 128 x 96. */
const LEAST_SIDE = 16;

/** Whether a camera shows a picture of this size, and not the placeholder that some browsers give before the first. */
export function isRealSize({ width, height }: Size): boolean {
  return width >= LEAST_SIDE && height >= LEAST_SIDE;
}

/**
 * The size a picture is sent in: its own if it is within the limits, else the largest of its shape that is; never larger
 * than it is. Whole even numbers, since the JPEG halves them for its colours.
 */
export function fitSize({ width, height }: Size, { max_width, max_height, max_pixels }: SizeLimits): Size {
  const [box_width, box_height] = width >= height ? [max_width, max_height] : [max_height, max_width];
  const scale = Math.min(1, box_width / width, box_height / height, Math.sqrt(max_pixels / (width * height)));
  return { width: evenBelow(width * scale), height: evenBelow(height * scale) };
}

/** Where in a frame a picture of any other size goes: as large as it can be whole, in the middle. */
export function placeWithin(picture: Size, frame: Size): Size & { readonly x: number; readonly y: number } {
  const scale = Math.min(frame.width / picture.width, frame.height / picture.height);
  const width = Math.round(picture.width * scale);
  const height = Math.round(picture.height * scale);
  return { x: Math.round((frame.width - width) / 2), y: Math.round((frame.height - height) / 2), width, height };
}

function evenBelow(length: number): number {
  // what is a whole number but for its last binary digit must not lose two pixels
  return Math.max(2, 2 * Math.floor((length + 1e-6) / 2));
}
