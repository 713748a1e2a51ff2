import { beforeEach, describe, expect, it, jest } from '@jest/globals';
import { type CameraPicture, FrameEncoder } from './frame-encoder.js';

const MAX_BYTES = 300_000;

describe('FrameEncoder', () => {
  const IMAGE = {} as CanvasImageSource;
  const context = { fillRect: jest.fn(), drawImage: jest.fn() };
  const close = jest.fn();
  /** Bytes a JPEG has at a quality. */
  let bytes_at: (quality: number) => number;
  const qualities: number[] = [];
  let encoder: FrameEncoder;

  const picture = (timestamp_ms: number, width = 640, height = 480): CameraPicture => ({
    image: IMAGE,
    width,
    height,
    timestamp_ms,
    close,
  });

  beforeEach(() => {
    jest.resetAllMocks();
    bytes_at = () => 30_000;
    qualities.length = 0;
    const toJpeg = async (quality: number): Promise<Blob> => {
      qualities.push(quality);
      return new Blob([new Uint8Array(bytes_at(quality))], { type: 'image/jpeg' });
    };
    const canvas = { width: 640, height: 480, context: context as unknown as CanvasRenderingContext2D, toJpeg };
    encoder = new FrameEncoder(canvas, 15);
  });

  it('draws a picture over the whole frame, lets go of it, and gives its JPEG', async () => {
    const frame = await encoder.encode(picture(0), MAX_BYTES);

    expect(context.drawImage.mock.calls).toEqual([[IMAGE, 0, 0, 640, 480]]);
    expect(context.fillRect).not.toHaveBeenCalled();
    expect(close).toHaveBeenCalledTimes(1);
    expect(frame?.jpeg.byteLength).toBe(30_000);
    expect(qualities).toEqual([0.8]);
  });

  it('lets go of a picture that comes before a frame is due, and draws nothing', async () => {
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
    await encoder.encode(picture(0, 480, 640), MAX_BYTES);

    expect(context.fillRect.mock.calls).toEqual([[0, 0, 640, 480]]);
    expect(context.drawImage.mock.calls).toEqual([[IMAGE, 140, 0, 360, 480]]);
  });

  it('encodes a frame that is too large once more at a lower quality, until it fits', async () => {
    bytes_at = (quality) => Math.round(quality * 500_000);
    const frame = await encoder.encode(picture(0), MAX_BYTES);

    expect(qualities).toEqual([0.8, 0.7, 0.6]);
    expect(frame?.jpeg.byteLength).toBeLessThanOrEqual(MAX_BYTES);
    await encoder.encode(picture(67), MAX_BYTES);
    expect(qualities.at(-1)).toBe(0.6);
  });

  it('gives a frame that stays too large as it is, and ends', async () => {
    bytes_at = () => 400_000;

    expect((await encoder.encode(picture(0), MAX_BYTES))?.jpeg.byteLength).toBe(400_000);
    expect(qualities).toHaveLength(6);
  });

  it('lets go of a picture that cannot be drawn', async () => {
    context.drawImage.mockImplementation(() => {
      throw new Error('no memory');
    });

    await expect(encoder.encode(picture(0), MAX_BYTES)).rejects.toThrow('no memory');
    expect(close).toHaveBeenCalledTimes(1);
  });
});
