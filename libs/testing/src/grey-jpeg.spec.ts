import { describe, expect, it } from '@jest/globals';
import sharp from 'sharp';
import { greyJpeg } from './grey-jpeg.js';

describe('greyJpeg', () => {
  it.each([
    [640, 480, 2_000],
    [480, 640, 2_000],
    [640, 480, 300_000],
    [1, 1, 200],
    [7, 9, 65_900],
    // up to five bytes more than the picture itself needs
    ...[0, 1, 2, 3, 4, 5].map((more) => [640, 480, 1_340 + more] as const),
  ])(
    '%i x %i in %i bytes: a decoder finds no fault with it, and one grey in it',
    async (width, height, byte_length) => {
      const jpeg = greyJpeg(width, height, byte_length);
      expect(jpeg).toHaveLength(byte_length);
      const { data, info } = await sharp(jpeg, { failOn: 'warning' })
        .greyscale()
        .raw()
        .toBuffer({ resolveWithObject: true });
      expect(info).toMatchObject({ width, height });
      expect(new Set(data)).toEqual(new Set([128]));
    },
  );

  it('is cut off where the picture does not fit', () => {
    expect(greyJpeg(640, 480, 100)).toHaveLength(100);
    expect(greyJpeg(640, 480, 0)).toHaveLength(0);
  });
});
