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

/** What a made-up picture has. */
interface Made {
  readonly frame_header: number;
  readonly side: number;
  readonly components: number;
  readonly scans: number;
}

const [SOF2, SOF9] = [0xc2, 0xc9];

/** A square picture whose scans are of one component each, in turn, and as short as they can be: all of it is grey. */
function made({ frame_header, side, components, scans }: Made): Buffer {
  const segment = (marker: number, ...body: number[]): Buffer =>
    Buffer.from([0xff, marker, (body.length + 2) >> 8, (body.length + 2) & 0xff, ...body]);
  const size = [side >> 8, side & 0xff];
  const ids = Array.from({ length: components }, (_, n) => n + 1);
  // one code of one bit each: no difference for DC, and for AC the end of the band, also of 16,384 blocks that follow
  const table = (kind: number, value: number): Buffer => segment(0xc4, kind, 1, ...Array<number>(15).fill(0), value);
  const dc = Buffer.alloc(Math.ceil(side / 8) ** 2 / 8 + 1);
  const progressive = frame_header === SOF2;
  const scan = (n: number): Buffer[] => {
    const id = (n % components) + 1;
    if (!progressive) return [segment(0xda, 1, id, 0, 0, 63, 0)];
    return n < components
      ? [segment(0xda, 1, id, 0, 0, 0, 0), dc]
      : [segment(0xda, 1, id, 0, 1, 63, 0), Buffer.alloc(8)];
  };
  return Buffer.concat([
    Buffer.from([0xff, 0xd8]),
    segment(0xdb, 0, ...Array<number>(64).fill(1)),
    segment(frame_header, 8, ...size, ...size, components, ...ids.flatMap((id) => [id, 0x11, 0])),
    ...(progressive ? [table(0x00, 0), table(0x10, 0xe0)] : []),
    ...Array.from({ length: scans }, (_, n) => scan(n)).flat(),
    Buffer.from([0xff, 0xd9]),
  ]);
}

describe('a progressive picture', () => {
  it('is decoded up to 64 scans', async () => {
    const picture = { frame_header: SOF2, side: 64, components: 1 };
    expect(await decoder.decode(made({ ...picture, scans: 64 }), 64, 64)).not.toBeNull();
    expect(await decoder.decode(made({ ...picture, scans: 65 }), 64, 64)).toBeNull();
  });
});

describe('a picture of arithmetic coding', () => {
  it('is not decoded, although libvips decodes it', async () => {
    const jpeg = made({ frame_header: SOF9, side: 64, components: 1, scans: 1 });
    expect((await sharp(jpeg).raw().toBuffer()).length).toBeGreaterThan(0);
    expect(await decoder.decode(jpeg, 64, 64)).toBeNull();
  });
});

describe('the time that a picture takes', () => {
  /** Processor time of a decode, milliseconds: the shortest of three. */
  async function timeOf(jpeg: Buffer, side: number): Promise<number> {
    const times: number[] = [];
    for (let n = 0; n < 3; n++) {
      const before = process.cpuUsage();
      expect(await decoder.decode(jpeg, side, side)).not.toBeNull();
      const { user, system } = process.cpuUsage(before);
      times.push((user + system) / 1_000);
    }
    return Math.min(...times);
  }

  it('is at most ten times that of an ordinary one, for the longest there can be', async () => {
    const side = 2_048;
    const noise = { type: 'gaussian', mean: 128, sigma: 30 } as const;
    const ordinary = await sharp({ create: { width: side, height: side, channels: 3, background: ORANGE, noise } })
      .jpeg()
      .toBuffer();
    const longest = made({ frame_header: SOF2, side, components: 4, scans: 64 });
    expect(await timeOf(longest, side)).toBeLessThan(10 * (await timeOf(ordinary, side)));
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
