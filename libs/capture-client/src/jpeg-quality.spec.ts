import { describe, expect, it } from '@jest/globals';
import { JpegQuality } from './jpeg-quality.js';

const MAX = 300_000;

describe('JpegQuality', () => {
  it('begins at 0.8 and stays there while frames fit', () => {
    const quality = new JpegQuality();
    for (let n = 0; n < 10; n++) expect(quality.isToBeLowered(MAX, MAX)).toBe(false);

    expect(quality.value).toBe(0.8);
  });

  it('steps down at each frame that is too large, to 0.3 and no further', () => {
    const quality = new JpegQuality();
    const values: number[] = [];
    while (quality.isToBeLowered(MAX + 1, MAX)) values.push(quality.value);

    expect(values).toEqual([0.7, 0.6, 0.5, 0.4, 0.3]);
    expect(quality.isToBeLowered(MAX + 1, MAX)).toBe(false);
  });

  it('comes back up slowly, and only while there is room', () => {
    const quality = new JpegQuality();
    quality.isToBeLowered(MAX + 1, MAX);
    quality.isToBeLowered(0.9 * MAX, MAX);
    expect(quality.value).toBe(0.7);
    quality.isToBeLowered(0.8 * MAX, MAX);
    expect(quality.value).toBe(0.71);
    for (let n = 0; n < 20; n++) quality.isToBeLowered(1_000, MAX);

    expect(quality.value).toBe(0.8);
  });
});
