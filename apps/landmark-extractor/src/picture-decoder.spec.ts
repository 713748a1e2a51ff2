import { describe, expect, it } from '@jest/globals';
import sharp from 'sharp';
import { PictureDecoder } from './picture-decoder.js';

const ORANGE = { r: 255, g: 128, b: 0 };
const orange = sharp({ create: { width: 8, height: 6, channels: 3, background: ORANGE } });
const decoder = new PictureDecoder();

function jpegOf(width = 64, height = 48): Promise<Buffer> {
  return sharp({ create: { width, height, channels: 3, background: ORANGE } })
    .jpeg()
    .toBuffer();
}

describe('a picture is decoded', () => {
  it('to red, green and blue', async () => {
    const picture = await decoder.decode(await orange.clone().jpeg({ quality: 100 }).toBuffer(), 8, 6);
    expect(picture).toMatchObject({ width: 8, height: 6 });
    expect(picture?.rgb).toHaveLength(8 * 6 * 3);
    const [red = 0, green = 0, blue = 0] = picture?.rgb ?? [];
    expect(Math.abs(red - 255) + Math.abs(green - 128) + Math.abs(blue)).toBeLessThan(8);
  });

  it('to three channels where it is grey', async () => {
    const grey = await orange.clone().greyscale().toColourspace('b-w').jpeg().toBuffer();
    expect((await sharp(grey).metadata()).channels).toBe(1);
    const picture = await decoder.decode(grey, 8, 6);
    expect(picture?.rgb).toHaveLength(8 * 6 * 3);
  });
});

describe('there is no picture', () => {
  it.each<[string, (jpeg: Buffer) => Buffer | Promise<Buffer>]>([
    ['if it is cut short', (jpeg) => jpeg.subarray(0, -20)],
    ['if it ends after its header', (jpeg) => jpeg.subarray(0, 200)],
    [
      'if it is broken in the middle',
      (jpeg) => Buffer.concat([jpeg.subarray(0, -40), Buffer.alloc(38, 0xa5), jpeg.subarray(-2)]),
    ],
    ['if it is empty', () => Buffer.alloc(0)],
    ['if it is no JPEG', () => Buffer.from('<svg xmlns="http://www.w3.org/2000/svg" width="64" height="48"/>')],
    ['if it is larger than announced', () => jpegOf(65, 48)],
    ['if it is smaller than announced', () => jpegOf(64, 47)],
    ['if it is turned', () => jpegOf(48, 64)],
  ])('%s', async (_what, picture) => {
    const whole = await jpegOf();
    expect(await decoder.decode(whole, 64, 48)).not.toBeNull();
    expect(await decoder.decode(await picture(whole), 64, 48)).toBeNull();
  });
});
