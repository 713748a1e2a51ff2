import { readFrames } from '@a3cp/capture-cli';
import { fileURLToPath } from 'node:url';
import sharp from 'sharp';

/** Face and shoulders: the 75 frames of assets/sample-capture.mjpeg, 640 x 480. */
export async function sampleFrames(): Promise<Buffer[]> {
  const frames = await readFrames(fileURLToPath(new URL('../../assets/sample-capture.mjpeg', import.meta.url)));
  return frames.map(({ buffer, byteOffset, byteLength }) => Buffer.from(buffer, byteOffset, byteLength));
}

/** A man who shows signs with his left hand: 43 frames out of the package fingerpose, 320 x 240; mirrored, with his right. */
export async function fingerFrames({ mirrored = false } = {}): Promise<Buffer[]> {
  const gif = fileURLToPath(new URL('../../node_modules/fingerpose/assets/fingers-lq.gif', import.meta.url));
  const { pages = 0 } = await sharp(gif).metadata();
  const frame = (page: number): Promise<Buffer> => sharp(gif, { page }).flop(mirrored).jpeg({ quality: 90 }).toBuffer();
  return Promise.all(Array.from({ length: pages }, (_, page) => frame(page)));
}
