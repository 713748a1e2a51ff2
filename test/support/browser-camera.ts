import { readFrames } from '@a3cp/capture-cli';
import { writeFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import sharp from 'sharp';

/** The sample capture, 640 x 480 at 15 frames a second, over and over. */
export const SAMPLE_CAMERA = fileURLToPath(new URL('../../assets/sample-capture.mjpeg', import.meta.url));

/** How many pictures a numbered camera has before it starts again. */
export const NUMBERED_FRAMES = 75;

const BITS = 7;
const BAND_HEIGHT = 48;

/** The binary digits of a number as a row of white and black fields, the highest first. */
function band(number: number, width: number): Promise<Buffer> {
  const bits = Array.from({ length: BITS }, (_, bit) => ((number >> (BITS - 1 - bit)) & 1) * 255);
  return sharp(Uint8Array.from(bits), { raw: { width: BITS, height: 1, channels: 1 } })
    .resize(width, BAND_HEIGHT, { kernel: 'nearest', fit: 'fill' })
    .png()
    .toBuffer();
}

/** Writes a camera's file to `path`: the sample capture, in each picture its number. */
export async function writeNumberedCamera(path: string): Promise<void> {
  const frames = await readFrames(SAMPLE_CAMERA);
  const numbered = frames.map(async (frame, number) =>
    sharp(frame)
      .composite([{ input: await band(number, 640), top: 0, left: 0 }])
      .jpeg({ quality: 90 })
      .toBuffer(),
  );
  await writeFile(path, await Promise.all(numbered));
}

/** The number in a picture of a numbered camera, whatever has been done to its quality. */
export async function numberIn(jpeg: Buffer): Promise<number> {
  const { width, height } = await sharp(jpeg).metadata();
  const { data } = await sharp(jpeg)
    .extract({ left: 0, top: 0, width, height: Math.round((BAND_HEIGHT / 480) * height) })
    .greyscale()
    .resize(BITS, 1, { fit: 'fill' })
    .raw()
    .toBuffer({ resolveWithObject: true });
  return data.reduce((number, luma) => number * 2 + (luma > 127 ? 1 : 0), 0);
}

/** Writes a camera's file to `path`: the sample capture at another size, cut where its shape is another. */
export async function writeCamera(path: string, width: number, height: number): Promise<void> {
  const frames = await readFrames(SAMPLE_CAMERA);
  await writeFile(path, await Promise.all(frames.map((frame) => sharp(frame).resize(width, height).jpeg().toBuffer())));
}
