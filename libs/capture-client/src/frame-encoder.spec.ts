import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { type CameraPicture, FrameEncoder } from './frame-encoder.js';
import { DEFAULT_CLIENT_LIMITS } from './client-limits.js';
import type { Size } from './fit-size.js';

const MAX_BYTES = 300_000;
const IMAGE = {} as CanvasImageSource;

describe('FrameEncoder', () => {
  const context = { fillRect: jest.fn(), drawImage: jest.fn() };
  const close = jest.fn();
  /** The JPEG of the canvas at a quality, as its size in bytes; a test may make it fail. */
  let toJpeg: (quality: number) => number | Promise<never>;
  const qualities: number[] = [];
  const canvases: Size[] = [];
  let encoder: FrameEncoder;

  const picture = (camera_ms: number, width = 640, height = 480): CameraPicture => ({
    image: IMAGE,
    width,
    height,
    camera_ms,
    close,
  });

  /** Encodes pictures 70 ms apart, and says which of them became frames. */
  async function encodeAll(pictures: number, from = 0): Promise<boolean[]> {
    const frames = [];
    for (let n = from; n < from + pictures; n++) {
      const frame = encoder.encode(picture(n * 70), MAX_BYTES);
      await jest.advanceTimersByTimeAsync(70);
      frames.push((await frame) !== null);
    }
    return frames;
  }

  beforeEach(() => {
    jest.useFakeTimers();
    jest.resetAllMocks();
    toJpeg = () => 30_000;
    qualities.length = canvases.length = 0;
    encoder = new FrameEncoder(({ width, height }) => {
      canvases.push({ width, height });
      return {
        width,
        height,
        context: context as unknown as CanvasRenderingContext2D,
        toJpeg: async (quality) => {
          qualities.push(quality);
          return new Blob([new Uint8Array(await toJpeg(quality))], { type: 'image/jpeg' });
        },
      };
    }, DEFAULT_CLIENT_LIMITS);
  });

  afterEach(() => {
    expect(jest.getTimerCount()).toBe(0);
    jest.useRealTimers();
  });

  it('draws a picture over the whole frame, closes it, and gives its JPEG', async () => {
    const frame = await encoder.encode(picture(0), MAX_BYTES);

    expect(context.drawImage.mock.calls).toEqual([[IMAGE, 0, 0, 640, 480]]);
    expect(context.fillRect).not.toHaveBeenCalled();
    expect(close).toHaveBeenCalledTimes(1);
    expect(frame?.jpeg.byteLength).toBe(30_000);
    expect(qualities).toEqual([0.8]);
  });

  it('closes a picture that comes before a frame is due, and draws nothing', async () => {
    await encoder.encode(picture(0), MAX_BYTES);

    expect(await encoder.encode(picture(33), MAX_BYTES)).toBeNull();
    expect(context.drawImage).toHaveBeenCalledTimes(1);
    expect(close).toHaveBeenCalledTimes(2);
  });

  it("keeps the camera's time between two frames", async () => {
    const first = await encoder.encode(picture(1_000), MAX_BYTES);
    const second = await encoder.encode(picture(1_070.5), MAX_BYTES);

    expect((second?.timestamp_ms ?? 0) - (first?.timestamp_ms ?? 0)).toBeCloseTo(70.5);
  });

  it('keeps the shape of pictures that were turned meanwhile, on black', async () => {
    await encoder.encode(picture(0), MAX_BYTES);
    context.drawImage.mockClear();
    await encoder.encode(picture(70, 480, 640), MAX_BYTES);

    expect(context.fillRect.mock.calls).toEqual([[0, 0, 640, 480]]);
    expect(context.drawImage.mock.calls).toEqual([[IMAGE, 140, 0, 360, 480]]);
  });

  it('encodes a frame that is too large once more at a lower quality, until it fits', async () => {
    toJpeg = (quality) => Math.round(quality * 500_000);
    const frame = await encoder.encode(picture(0), MAX_BYTES);

    const [highest, ...lower] = qualities;
    expect(highest).toBe(0.8);
    expect(lower.at(-1)).toBeLessThanOrEqual(0.6);
    expect(frame?.jpeg.byteLength).toBeLessThanOrEqual(MAX_BYTES);
    await encoder.encode(picture(67), MAX_BYTES);
    expect(qualities).toEqual([highest, ...lower, lower.at(-1)]);
  });

  it('gives a frame that stays too large as it is, and ends', async () => {
    toJpeg = () => 400_000;

    expect((await encoder.encode(picture(0), MAX_BYTES))?.jpeg.byteLength).toBe(400_000);
    expect(qualities.at(-1)).toBe(0.15);
  });

  it('has no frame for a placeholder, before the first picture or during the capture', async () => {
    expect(await encoder.encode(picture(0, 0, 0), MAX_BYTES)).toBeNull();
    expect(await encoder.encode(picture(0, 2, 2), MAX_BYTES)).toBeNull();
    expect(await encoder.encode(picture(70), MAX_BYTES)).not.toBeNull();
    expect(await encoder.encode(picture(140, 0, 480), MAX_BYTES)).toBeNull();
    expect(canvases).toEqual([{ width: 640, height: 480 }]);
    expect(close).toHaveBeenCalledTimes(4);
  });

  describe('the size of its frames', () => {
    const size = (width: number, height: number): Size => ({ width, height });

    it('is that of the last picture before the first frame, and stays so', async () => {
      expect(encoder.fit(size(0, 0))).toBeNull();
      expect(encoder.fit(size(2, 2))).toBeNull();
      expect(encoder.fit(size(1920, 1080))).toEqual(size(640, 360));
      expect(encoder.fit(size(1280, 720))).toBeNull();
      expect(encoder.fit(size(1080, 1920))).toEqual(size(360, 640));
      await encoder.encode(picture(0, 1080, 1920), MAX_BYTES);
      expect(encoder.fit(size(1920, 1080))).toBeNull();
      await encoder.encode(picture(70, 1920, 1080), MAX_BYTES);

      expect(canvases).toEqual([size(360, 640)]);
      expect(context.drawImage).toHaveBeenLastCalledWith(IMAGE, 0, 219, 360, 203);
    });
  });

  describe('leaves out one frame', () => {
    it('whose picture cannot be drawn, and closes it', async () => {
      context.drawImage.mockImplementationOnce(() => {
        throw new Error('no memory');
      });

      expect(await encodeAll(3)).toEqual([false, true, true]);
      expect(close).toHaveBeenCalledTimes(3);
    });

    it('of which the canvas gives no JPEG', async () => {
      const answers = [30_000, Promise.reject(new Error('no JPEG')), 30_000];
      toJpeg = () => answers.shift() ?? 0;

      expect(await encodeAll(3)).toEqual([true, false, true]);
    });

    it('of which the canvas never gives the JPEG', async () => {
      toJpeg = () => new Promise(() => undefined);
      const frame = encoder.encode(picture(0), MAX_BYTES);
      await jest.advanceTimersByTimeAsync(1_000);
      toJpeg = () => 30_000;

      expect(await frame).toBeNull();
      expect(await encodeAll(1, 15)).toEqual([true]);
    });
  });

  describe('fails', () => {
    const NO_JPEG = new Error('no JPEG');

    it('once no picture could be encoded for 5 s', async () => {
      toJpeg = () => Promise.reject(NO_JPEG);
      await encodeAll(72);

      await expect(encoder.encode(picture(72 * 70), MAX_BYTES)).rejects.toBe(NO_JPEG);
    });

    it('never while some can', async () => {
      let n = 0;
      toJpeg = () => (n++ % 60 === 0 ? 30_000 : Promise.reject(NO_JPEG));

      expect((await encodeAll(200)).filter(Boolean)).toHaveLength(4);
    });
  });
});
