import { describe, expect, it } from '@jest/globals';
import { jpegSizeAt } from '../../../test/support/jpeg-sizes.js';
import { JpegQuality } from './jpeg-quality.js';

/** Encodes a frame; returns how often it had to, and the size it came to. */
function encode(quality: JpegQuality, max_frame_bytes: number, detail = 1): { times: number; bytes: number } {
  let times = 1;
  let bytes = detail * jpegSizeAt(quality.value);
  for (; quality.isToBeLowered(bytes, max_frame_bytes); times++) bytes = detail * jpegSizeAt(quality.value);
  return { times, bytes };
}

describe('JpegQuality', () => {
  it('is 0.8 while frames fit', () => {
    const quality = new JpegQuality();
    for (let n = 0; n < 10; n++) expect(encode(quality, 30_000).times).toBe(1);

    expect(quality.value).toBe(0.8);
  });

  it.each([28_000, 20_000, 15_000, 10_000, 7_500])('falls at once to what fits %i bytes', (max_frame_bytes) => {
    const quality = new JpegQuality();
    const { times, bytes } = encode(quality, max_frame_bytes);

    expect(times).toBeLessThanOrEqual(3);
    expect(bytes).toBeLessThanOrEqual(max_frame_bytes);
    expect(bytes).toBeGreaterThan(0.75 * max_frame_bytes);
    expect(encode(quality, max_frame_bytes).times).toBe(1);
  });

  it('is no lower than 0.15, though a frame stays too large', () => {
    const quality = new JpegQuality();
    expect(encode(quality, 2_000).bytes).toBe(5_900);

    expect(quality.value).toBe(0.15);
    expect(encode(quality, 2_000).times).toBe(1);
  });

  it('is back within ten frames once there is room', () => {
    const quality = new JpegQuality();
    encode(quality, 2_000);
    const values = Array.from({ length: 10 }, () => {
      encode(quality, 300_000);
      return quality.value;
    });

    expect(values.at(-1)).toBe(0.8);
    expect(values).toEqual([...values].sort((a, b) => a - b));
  });

  it('does not swing while the bytes stay the same, though no two pictures do', () => {
    const quality = new JpegQuality();
    const values = Array.from({ length: 100 }, (_, n) => {
      encode(quality, 15_000, 1 + 0.05 * Math.sin(n * 7));
      return quality.value;
    });
    const settled = values.slice(10);

    expect(Math.max(...settled) - Math.min(...settled)).toBeLessThanOrEqual(0.05);
  });

  it('follows bytes that grow slowly', () => {
    const quality = new JpegQuality();
    encode(quality, 6_000);
    for (let bytes = 6_000; bytes < 40_000; bytes *= 1.03) {
      const { times, bytes: used } = encode(quality, bytes);
      expect(times).toBe(1);
      if (bytes > 10_000 && bytes < 28_000) expect(used).toBeGreaterThan(0.75 * bytes);
    }

    expect(quality.value).toBe(0.8);
  });
});
