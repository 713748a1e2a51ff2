import { type CreateCanvas, type JpegCanvas, jpegOf } from './jpeg-canvas.js';

/** Red, green and blue of the fields of the pattern, a row after the other. */
const FIELDS = [
  [224, 32, 32],
  [32, 224, 32],
  [32, 32, 224],
  [224, 224, 32],
  [32, 224, 224],
  [224, 32, 224],
  [32, 32, 32],
  [224, 224, 224],
  [224, 128, 32],
  [32, 128, 224],
  [128, 224, 32],
  [128, 32, 224],
] as const;
const COLUMNS = 4;
const FIELD_PX = 16;
const SIZE = { width: COLUMNS * FIELD_PX, height: (FIELDS.length / COLUMNS) * FIELD_PX };

const QUALITY = 0.8;

/** How far a colour may be from what was drawn: a JPEG takes 1 or 2, and the noise that some browsers add little more. */
const TOLERANCE = 48;

/**
 * Whether this browser's canvases return what was drawn. Encodes a known pattern like a frame, and compares it. A browser that
 * protects against fingerprinting returns stripes or noise instead. Also true if the pattern cannot be read back, since that says
 * nothing about the frames.
 */
export async function isCanvasTrue(createCanvas: CreateCanvas): Promise<boolean> {
  try {
    const drawn = createCanvas(SIZE);
    drawPattern(drawn);
    const picture = await createImageBitmap(await jpegOf(drawn, QUALITY));
    const read = createCanvas(SIZE);
    read.context.drawImage(picture, 0, 0);
    picture.close();
    return hasPattern(read);
  } catch {
    return true;
  }
}

/** The upper left corner of a field. */
function cornerOf(field: number): [x: number, y: number] {
  return [(field % COLUMNS) * FIELD_PX, Math.floor(field / COLUMNS) * FIELD_PX];
}

function drawPattern({ context }: JpegCanvas): void {
  for (const [field, colour] of FIELDS.entries()) {
    context.fillStyle = `rgb(${colour.join()})`;
    context.fillRect(...cornerOf(field), FIELD_PX, FIELD_PX);
  }
}

function hasPattern({ context }: JpegCanvas): boolean {
  return FIELDS.every((colour, field) => {
    const [x, y] = cornerOf(field);
    const { data } = context.getImageData(x + FIELD_PX / 2, y + FIELD_PX / 2, 1, 1);
    return colour.every((value, channel) => Math.abs((data[channel] ?? NaN) - value) <= TOLERANCE);
  });
}
