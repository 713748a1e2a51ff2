import { describe, expect, it } from '@jest/globals';
import { crop, type CropStyle, DETECTOR_CROP, LANDMARK_CROP } from './crop.js';
import type { Picture } from './picture.js';
import type { Region } from './region.js';

/** Red is the column, green the row, blue always 255. */
function chart(width: number, height: number): Picture {
  const pixels = Array.from({ length: width * height }, (_, n) => [n % width, Math.floor(n / width), 255]);
  return { rgb: Uint8Array.from(pixels.flat()), width, height };
}

/** One channel of the crop, 0 to 255 where the style says so, row by row. */
function channel(picture: Picture, region: Region, size: number, style: CropStyle, index = 0): number[] {
  const target = new Float32Array(size * size * 3);
  crop(picture, region, size, style, target);
  return Array.from({ length: size * size }, (_, n) => Math.round((target[n * 3 + index] ?? NaN) * 100) / 100);
}

const AS_IT_IS: CropStyle = { black: 0, white: 255, beyond: 'edge' };
const upright = (x: number, y: number, side: number): Region => ({ x, y, width: side, height: side, angle: 0 });

describe('a crop', () => {
  it('of as many pixels as the region has is the picture itself', () => {
    const picture = chart(20, 10);
    const region = upright(7, 5, 4);
    expect(channel(picture, region, 4, AS_IT_IS, 0)).toEqual([5, 6, 7, 8, 5, 6, 7, 8, 5, 6, 7, 8, 5, 6, 7, 8]);
    expect(channel(picture, region, 4, AS_IT_IS, 1)).toEqual([3, 3, 3, 3, 4, 4, 4, 4, 5, 5, 5, 5, 6, 6, 6, 6]);
  });

  it('blends the pixels around a place', () => {
    expect(channel(chart(20, 10), upright(7, 5, 4), 2, AS_IT_IS, 0)).toEqual([5.5, 7.5, 5.5, 7.5]);
    expect(channel(chart(20, 10), upright(7.25, 5, 2), 2, AS_IT_IS, 0)).toEqual([6.25, 7.25, 6.25, 7.25]);
  });

  it('turns with its region, clockwise', () => {
    const region = { ...upright(7, 5, 2), angle: Math.PI / 2 };
    // to the right in the crop is down in the picture
    expect(channel(chart(20, 10), region, 2, AS_IT_IS, 1)).toEqual([4, 5, 4, 5]);
    expect(channel(chart(20, 10), region, 2, AS_IT_IS, 0)).toEqual([7, 7, 6, 6]);
  });

  it('is between 0 and 1 for the landmark models, between -1 and 1 for the detectors', () => {
    const picture: Picture = {
      rgb: Uint8Array.from({ length: 108 }, (_, n) => (n < 54 ? 0 : 255)),
      width: 6,
      height: 6,
    };
    const region = upright(3, 3, 4);
    const [top, bottom] = [Array<number>(8).fill(0), Array<number>(8).fill(1)];
    expect(channel(picture, region, 4, LANDMARK_CROP)).toEqual([...top, ...bottom]);
    expect(channel(picture, region, 4, DETECTOR_CROP)).toEqual([...top.map(() => -1), ...bottom]);
  });

  it('goes on with the pixels at the edge for the landmark models, and with black for the detectors', () => {
    const white: Picture = { rgb: new Uint8Array(10 * 10 * 3).fill(255), width: 10, height: 10 };
    for (const [x, y] of [
      [-20, 5],
      [30, 5],
      [5, -20],
      [5, 30],
    ] as const) {
      expect(channel(white, upright(x, y, 4), 2, LANDMARK_CROP)).toEqual([1, 1, 1, 1]);
      expect(channel(white, upright(x, y, 4), 2, DETECTOR_CROP)).toEqual([-1, -1, -1, -1]);
    }
    const left = channel(chart(20, 10), upright(0, 5, 8), 8, AS_IT_IS).slice(0, 8);
    expect(left).toEqual([0, 0, 0, 0, 0, 1, 2, 3]);
    const right = channel(chart(20, 10), upright(20, 5, 8), 8, AS_IT_IS).slice(0, 8);
    expect(right).toEqual([16, 17, 18, 19, 19, 19, 19, 19]);
  });
});
