import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { isCanvasTrue } from './canvas-truth.js';
import type { Size } from './fit-size.js';
import type { JpegCanvas } from './jpeg-canvas.js';

type Pixel = readonly [red: number, green: number, blue: number];

/** A canvas that is an array of pixels; its "JPEG" is what `falsify` makes of them. */
class FakeCanvas implements JpegCanvas {
  static falsify: (pixel: Pixel, n: number) => Pixel;
  readonly width: number;
  readonly height: number;
  readonly context = this as unknown as CanvasRenderingContext2D;
  fillStyle = '';
  pixels: Pixel[] = [];

  constructor({ width, height }: Size) {
    this.width = width;
    this.height = height;
  }

  fillRect(left: number, top: number, width: number, height: number): void {
    const [red = 0, green = 0, blue = 0] = (this.fillStyle.match(/\d+/g) ?? []).map(Number);
    for (let y = top; y < top + height; y++)
      for (let x = left; x < left + width; x++) this.pixels[y * this.width + x] = [red, green, blue];
  }

  drawImage({ pixels }: { pixels: Pixel[] }): void {
    this.pixels = pixels;
  }

  getImageData(x: number, y: number): { data: number[] } {
    return { data: [...(this.pixels[y * this.width + x] ?? []), 255] };
  }

  async toJpeg(): Promise<Blob> {
    return new Blob([JSON.stringify(this.pixels.map(FakeCanvas.falsify))]);
  }
}

const isTrue = (): Promise<boolean> => isCanvasTrue((size) => new FakeCanvas(size));

beforeEach(() => {
  FakeCanvas.falsify = (pixel) => pixel;
  const createImageBitmap = async (jpeg: Blob) => ({
    pixels: JSON.parse(await jpeg.text()) as Pixel[],
    close: () => undefined,
  });
  Object.assign(globalThis, { createImageBitmap });
});

afterEach(() => {
  jest.restoreAllMocks();
  jest.useRealTimers();
  Reflect.deleteProperty(globalThis, 'createImageBitmap');
});

describe('isCanvasTrue', () => {
  it.each<[what: string, falsify: (pixel: Pixel, n: number) => Pixel]>([
    ['what was drawn', (pixel) => pixel],
    ['what was drawn with a little noise', ([r, g, b], n) => [r + (n % 7), g - (n % 5), b + (n % 3)]],
  ])('accepts %s', async (_what, falsify) => {
    FakeCanvas.falsify = falsify;

    expect(await isTrue()).toBe(true);
  });

  it.each<[what: string, falsify: (pixel: Pixel, n: number) => Pixel]>([
    ['white', () => [255, 255, 255]],
    ['black', () => [0, 0, 0]],
    ['stripes', (_pixel, n) => [(n * 37) % 256, (n * 91) % 256, (n * 53) % 256]],
    ['grey', ([r, g, b]) => [(r + g + b) / 3, (r + g + b) / 3, (r + g + b) / 3]],
    ['other colours', ([r, g, b]) => [b, g, r]],
    ['a part only', (pixel, n) => (n < 64 * 32 ? pixel : [0, 0, 0])],
  ])('rejects %s', async (_what, falsify) => {
    FakeCanvas.falsify = falsify;

    expect(await isTrue()).toBe(false);
  });

  describe('accepts a browser that cannot read the pattern back', () => {
    it('because it has no createImageBitmap', async () => {
      Reflect.deleteProperty(globalThis, 'createImageBitmap');

      expect(await isTrue()).toBe(true);
    });

    it('because the canvas gives no JPEG', async () => {
      jest.spyOn(FakeCanvas.prototype, 'toJpeg').mockRejectedValue(new Error('no JPEG'));

      expect(await isTrue()).toBe(true);
    });

    it('because the canvas never answers', async () => {
      jest.useFakeTimers();
      jest.spyOn(FakeCanvas.prototype, 'toJpeg').mockReturnValue(new Promise(() => undefined));
      const answer = isTrue();
      await jest.advanceTimersByTimeAsync(1_000);

      expect(await answer).toBe(true);
    });
  });
});
