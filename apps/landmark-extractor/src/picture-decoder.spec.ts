import { describe, expect, it } from '@jest/globals';
import { execFileSync } from 'node:child_process';
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

/** A progressive picture of 64 x 48 with so many scans that are empty but for the first. */
function progressive(scans: number): Buffer {
  const segment = (marker: number, ...body: number[]): number[] => [0xff, marker, 0, body.length + 2, ...body];
  const head = [
    ...[0xff, 0xd8],
    ...segment(0xdb, 0, ...Array<number>(64).fill(1)),
    ...segment(0xc2, 8, 0, 48, 0, 64, 1, 1, 0x11, 0),
    // one code of one bit each: no difference for DC, and for AC the end of the band, also of 16,384 blocks that follow
    ...segment(0xc4, 0x00, 1, ...Array<number>(15).fill(0), 0),
    ...segment(0xc4, 0x10, 1, ...Array<number>(15).fill(0), 0xe0),
    ...segment(0xda, 1, 1, 0, 0, 0, 0),
    ...Array<number>(6).fill(0),
  ];
  const scan = [...segment(0xda, 1, 1, 0, 1, 63, 0), 0, 0];
  return Buffer.from([...head, ...Array.from({ length: scans - 1 }, () => scan).flat(), 0xff, 0xd9]);
}

describe('a progressive picture', () => {
  it('is decoded up to 64 scans', async () => {
    expect(await decoder.decode(progressive(64), 64, 48)).not.toBeNull();
    expect(await decoder.decode(progressive(65), 64, 48)).toBeNull();
  });
});

describe('a large picture', () => {
  it('is decoded up to 4,194,304 pixels', async () => {
    expect(await decoder.decode(await jpegOf(2_048, 2_048), 2_048, 2_048)).not.toBeNull();
    expect(await decoder.decode(await jpegOf(2_049, 2_048), 2_049, 2_048)).toBeNull();
  });
});

describe('a process of openJpegOnly', () => {
  it('opens no other picture, whoever asks sharp for it', () => {
    // in a process of its own, since libvips is the same for all specs of this one
    const program = `
      import { openJpegOnly, PictureDecoder } from '@a3cp/landmark-extractor';
      import sharp from 'sharp';
      const picture = sharp({ create: { width: 8, height: 6, channels: 3, background: '#777' } });
      const [png, jpeg] = [await picture.clone().png().toBuffer(), await picture.clone().jpeg().toBuffer()];
      const opens = (bytes) => sharp(bytes).metadata().then(() => true, () => false);
      const svg = Buffer.from('<svg xmlns="http://www.w3.org/2000/svg" width="8" height="6"/>');
      const before = [await opens(png), await opens(svg)];
      openJpegOnly();
      const after = [await opens(png), await opens(svg), await opens(jpeg)];
      console.log(JSON.stringify([...before, ...after, (await new PictureDecoder().decode(jpeg, 8, 6)) !== null]));`;
    const said = execFileSync(process.execPath, ['--input-type=module', '--eval', program], {
      cwd: import.meta.dirname,
    });
    expect(JSON.parse(String(said))).toEqual([true, true, false, false, true, true]);
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
