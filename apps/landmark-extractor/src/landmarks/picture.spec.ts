import { describe, expect, it } from '@jest/globals';
import sharp from 'sharp';
import { decodePicture, wholeOf } from './picture.js';

const ORANGE = { r: 255, g: 128, b: 0 };
const orange = sharp({ create: { width: 8, height: 6, channels: 3, background: ORANGE } });

describe('a picture', () => {
  it('is decoded to red, green and blue', async () => {
    const picture = await decodePicture(await orange.clone().jpeg({ quality: 100 }).toBuffer(), 8, 6);
    expect(picture).toMatchObject({ width: 8, height: 6 });
    expect(picture?.rgb).toHaveLength(8 * 6 * 3);
    const [red = 0, green = 0, blue = 0] = picture?.rgb ?? [];
    expect(Math.abs(red - 255) + Math.abs(green - 128) + Math.abs(blue)).toBeLessThan(8);
  });

  it('of grey has three channels too', async () => {
    const grey = await orange.clone().greyscale().toColourspace('b-w').jpeg().toBuffer();
    expect((await sharp(grey).metadata()).channels).toBe(1);
    const picture = await decodePicture(grey, 8, 6);
    expect(picture?.rgb).toHaveLength(8 * 6 * 3);
  });

  it('of another size, or cut short, or of nothing, is none', async () => {
    const jpeg = await orange.clone().jpeg().toBuffer();
    await expect(decodePicture(jpeg, 6, 8)).resolves.toBeNull();
    await expect(decodePicture(jpeg, 7, 6)).resolves.toBeNull();
    await expect(decodePicture(jpeg.subarray(0, -20), 8, 6)).resolves.toBeNull();
    await expect(decodePicture(new Uint8Array(0), 8, 6)).resolves.toBeNull();
  });

  it('fits into a square around it', () => {
    const picture = { rgb: new Uint8Array(0), width: 640, height: 480 };
    expect(wholeOf(picture)).toEqual({ x: 320, y: 240, width: 640, height: 640, angle: 0 });
  });
});
