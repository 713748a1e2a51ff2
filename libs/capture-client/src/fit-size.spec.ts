import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { DEFAULT_CLIENT_LIMITS } from './client-limits.js';
import { fitSize, isRealSize, placeWithin, type Size } from './fit-size.js';

const size = (width: number, height: number): Size => ({ width, height });
const sides = fc.integer({ min: 2, max: 8_000 });

describe('fitSize', () => {
  it.each([
    ['keeps what is within the limits', size(640, 480), size(640, 480)],
    ['keeps what is turned', size(480, 640), size(480, 640)],
    ['never makes a picture larger', size(320, 240), size(320, 240)],
    ['takes 1280 x 720 down', size(1280, 720), size(640, 360)],
    ['takes 1920 x 1080 down', size(1920, 1080), size(640, 360)],
    ['takes a turned telephone down', size(1080, 1920), size(360, 640)],
    ['takes 1280 x 960 down', size(1280, 960), size(640, 480)],
    ['takes a square down', size(1000, 1000), size(480, 480)],
    ['takes what is only too high down', size(600, 500), size(576, 480)],
    ['makes odd numbers even', size(321, 241), size(320, 240)],
    ['leaves something of a line', size(640, 1), size(640, 2)],
  ])('%s', (_what, picture, fitted) => {
    expect(fitSize(picture, DEFAULT_CLIENT_LIMITS)).toEqual(fitted);
  });

  it('keeps within a number of pixels that is smaller than its box', () => {
    expect(fitSize(size(640, 480), { ...DEFAULT_CLIENT_LIMITS, max_pixels: 76_800 })).toEqual(size(320, 240));
  });

  it('is within the limits, even, never larger and of the same shape, whatever the camera gives', () => {
    fc.assert(
      fc.property(sides, sides, (width, height) => {
        const fitted = fitSize({ width, height }, DEFAULT_CLIENT_LIMITS);
        const [max_width, max_height] = width >= height ? [640, 480] : [480, 640];
        expect(fitted.width).toBeLessThanOrEqual(Math.min(width, max_width));
        expect(fitted.height).toBeLessThanOrEqual(Math.min(height, max_height));
        expect([fitted.width % 2, fitted.height % 2]).toEqual([0, 0]);
        const scale = Math.min(1, max_width / width, max_height / height);
        expect(width * scale - fitted.width).toBeLessThan(2.001);
        if (height * scale >= 2) expect(height * scale - fitted.height).toBeLessThan(2.001);
      }),
    );
  });
});

describe('isRealSize', () => {
  it.each([size(0, 0), size(2, 2), size(640, 0), size(8, 480)])('rejects a placeholder: %o', (placeholder) => {
    expect(isRealSize(placeholder)).toBe(false);
  });

  it.each([size(128, 96), size(96, 128), size(1920, 1080)])('accepts a picture: %o', (picture) => {
    expect(isRealSize(picture)).toBe(true);
  });
});

describe('placeWithin', () => {
  it.each([
    ['fills the frame with a picture of its shape', size(1280, 960), { x: 0, y: 0, width: 640, height: 480 }],
    ['puts a turned picture in the middle, whole', size(480, 640), { x: 140, y: 0, width: 360, height: 480 }],
    ['puts a wide picture in the middle, whole', size(1280, 720), { x: 0, y: 60, width: 640, height: 360 }],
    ['makes a picture larger that has become smaller', size(320, 240), { x: 0, y: 0, width: 640, height: 480 }],
  ])('%s', (_what, picture, place) => {
    expect(placeWithin(picture, size(640, 480))).toEqual(place);
  });
});
