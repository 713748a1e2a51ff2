import { describe, expect, it } from '@jest/globals';
import { meanLuma, wholeOf } from './picture.js';

describe('a picture', () => {
  it('fits into a square around it', () => {
    const picture = { rgb: new Uint8Array(0), width: 640, height: 480 };
    expect(wholeOf(picture)).toEqual({ x: 320, y: 240, width: 640, height: 640, angle: 0 });
  });

  it.each([
    ['black', [0, 0, 0], 0],
    ['white', [255, 255, 255], 255],
    ['red', [255, 0, 0], 0.299 * 255],
    ['green', [0, 255, 0], 0.587 * 255],
    ['blue', [0, 0, 255], 0.114 * 255],
  ] as const)('of %s has the brightness that people see', (_name, pixel, luma) => {
    const rgb = Uint8Array.from({ length: 64 * 48 * 3 }, (_, index) => pixel[index % 3] ?? 0);
    expect(meanLuma({ rgb, width: 64, height: 48 })).toBeCloseTo(luma);
  });

  it('that is dark on one side has the mean of both', () => {
    const rgb = Uint8Array.from({ length: 640 * 480 * 3 }, (_, index) => ((index / 3) % 640 < 320 ? 0 : 200));
    expect(meanLuma({ rgb, width: 640, height: 480 })).toBeCloseTo(100, 0);
  });
});
