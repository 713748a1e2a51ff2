import { readFrames } from '@a3cp/capture-cli';
import { fileURLToPath } from 'node:url';
import sharp, { type Sharp } from 'sharp';

const SAMPLE = fileURLToPath(new URL('../../assets/sample-capture.mjpeg', import.meta.url));

/** What a fake camera shows, over and over: JPEG files as Chromium can play them. */
export type CameraPictures = readonly Buffer[];

/** How many pictures there are before a camera begins again. */
export const CAMERA_PICTURES = 75;

/** Chromium plays a file at this rate, and gives a page that asks for 15 every other picture. */
export const CAMERA_PICTURES_PER_SECOND = 30;

const BITS = 7;
const BAND_HEIGHT = 48;

/**
 * The sample capture's pictures, each after `change`. They are encoded again in any case: Chromium shows nothing but green
 * for the sample's own chroma subsampling.
 */
async function pictures(change: (picture: Sharp, number: number) => Sharp | Promise<Sharp>): Promise<CameraPictures> {
  const frames = await readFrames(SAMPLE);
  return Promise.all(
    frames.map(async (frame, number) => (await change(sharp(frame), number)).jpeg({ quality: 90 }).toBuffer()),
  );
}

/** The sample capture, 640 x 480. */
export function sampleCamera(): Promise<CameraPictures> {
  return pictures((picture) => picture);
}

/** The sample capture at another size, cut where its shape is another. */
export function sizedCamera(width: number, height: number): Promise<CameraPictures> {
  return pictures((picture) => picture.resize(width, height));
}

/** The sample capture, in each picture its number from 0, for {@link numberIn}. */
export function numberedCamera(): Promise<CameraPictures> {
  return pictures(async (picture, number) => picture.composite([{ input: await band(number), top: 0, left: 0 }]));
}

/** The binary digits of a number as a row of white and black fields, the highest first. */
function band(number: number): Promise<Buffer> {
  const bits = Array.from({ length: BITS }, (_, bit) => ((number >> (BITS - 1 - bit)) & 1) * 255);
  return sharp(Uint8Array.from(bits), { raw: { width: BITS, height: 1, channels: 1 } })
    .resize(640, BAND_HEIGHT, { kernel: 'nearest', fit: 'fill' })
    .png()
    .toBuffer();
}

/** The number in a picture of 640 x 480 of the numbered camera, whatever has been done to its quality. */
export async function numberIn(jpeg: Buffer): Promise<number> {
  const fields = await sharp(jpeg)
    .extract({ left: 0, top: 0, width: 640, height: BAND_HEIGHT })
    .greyscale()
    .resize(BITS, 1, { fit: 'fill' })
    .raw()
    .toBuffer();
  return fields.reduce((number, luma) => number * 2 + (luma > 127 ? 1 : 0), 0);
}
