import sharp, { type Sharp } from 'sharp';
import { fingerFrames, sampleFrames } from './sample-frames.js';

/** What a fake camera shows, over and over, {@link CAMERA_PICTURES_PER_SECOND}: JPEG files as Chromium can play them. */
export type CameraPictures = readonly Buffer[];

/** Chromium's rate for a file; a page that asks for 15 gets every other picture. */
export const CAMERA_PICTURES_PER_SECOND = 30;

const BITS = 7;
const BAND_HEIGHT = 48;

/**
 * The frames, each after `change`. They are encoded again in any case: Chromium shows nothing but green for the chroma
 * subsampling of the sample capture.
 */
function pictures(frames: Buffer[], change: (picture: Sharp, number: number) => Sharp): Promise<CameraPictures> {
  return Promise.all(frames.map((frame, number) => change(sharp(frame), number).jpeg({ quality: 90 }).toBuffer()));
}

/** Pictures of 15 a second, at the pace they were taken. */
function twiceEach(frames: CameraPictures): CameraPictures {
  return frames.flatMap((frame) => [frame, frame]);
}

/** The sample capture at this size, 5 s; cut where its shape is another. */
export async function sampleCamera(width = 640, height = 480): Promise<CameraPictures> {
  return twiceEach(await pictures(await sampleFrames(), (picture) => picture.resize(width, height)));
}

/** A man who shows signs with his left hand, 640 x 480. */
export async function signsCamera(): Promise<CameraPictures> {
  return twiceEach(await pictures(await fingerFrames(), (picture) => picture.resize(640, 480)));
}

/** How many pictures the numbered camera has. */
export const NUMBERED_PICTURES = 75;

/** The sample capture at twice its pace, in each picture its number from 0, for {@link numberIn}. */
export async function numberedCamera(): Promise<CameraPictures> {
  const bands = await Promise.all(Array.from({ length: NUMBERED_PICTURES }, (_, number) => band(number)));
  return pictures(await sampleFrames(), (picture, number) =>
    picture.composite([{ input: bands[number] ?? '', top: 0, left: 0 }]),
  );
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
