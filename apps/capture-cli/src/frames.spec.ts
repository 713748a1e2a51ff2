import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { jpegOf } from '../../../test/support/jpeg.js';
import { readFrames } from './frames.js';
import { jpegSize } from './jpeg-size.js';

const SAMPLE = fileURLToPath(new URL('../../../assets/sample-capture.mjpeg', import.meta.url));

describe('readFrames', () => {
  let directory: string;

  beforeEach(async () => {
    directory = await mkdtemp(join(tmpdir(), 'frames-'));
  });

  afterEach(async () => {
    await rm(directory, { recursive: true });
  });

  it('splits an .mjpeg file into its images, to the last byte', async () => {
    const frames = await readFrames(SAMPLE);

    expect(frames).toHaveLength(75);
    for (const frame of frames) expect(jpegSize(frame)).toEqual({ width: 640, height: 480 });
    expect(Buffer.concat(frames).equals(await readFile(SAMPLE))).toBe(true);
  });

  it('takes the .jpg and .jpeg files of a directory in the order of their names', async () => {
    for (const [name, height] of Object.entries({ 'c.JPG': 3, 'a.jpg': 1, 'b.jpeg': 2 })) {
      await writeFile(join(directory, name), jpegOf(100, 640, height));
    }
    await writeFile(join(directory, 'notes.txt'), 'not a frame');

    const frames = await readFrames(directory);

    expect(frames.map((frame) => jpegSize(frame).height)).toEqual([1, 2, 3]);
  });

  it('refuses a directory without images', async () => {
    await expect(readFrames(directory)).rejects.toThrow(`${directory} has no .jpg or .jpeg file`);
  });

  it('refuses a path that is not there', async () => {
    await expect(readFrames(join(directory, 'none.mjpeg'))).rejects.toThrow('ENOENT');
  });

  it.each([
    ['is empty', Buffer.alloc(0), 'frame 1 is not a JPEG'],
    ['is text', Buffer.from('hello'), 'frame 1 is not a JPEG'],
    ['ends before a frame header', jpegOf().subarray(0, 6), 'frame 1 is a JPEG without a frame header'],
    ['has an image of nothing', Buffer.from('ffd8ffd9ffd8ffd9', 'hex'), 'frame 1 is a JPEG without a frame header'],
  ])('refuses a file that %s, and says so', async (_what, content, message) => {
    const file = join(directory, 'broken.mjpeg');
    await writeFile(file, content);

    await expect(readFrames(file)).rejects.toThrow(`${file}: ${message}`);
  });
});

describe('jpegSize', () => {
  const segment = Buffer.from('ffe0000400c0', 'hex');

  it.each([
    ['baseline', Buffer.concat([Buffer.from('ffd8', 'hex'), jpegOf().subarray(2)])],
    [
      'with a segment and fill bytes before',
      Buffer.concat([Buffer.from('ffd8', 'hex'), segment, Buffer.from('ffff', 'hex'), jpegOf().subarray(2)]),
    ],
    ['progressive', Buffer.concat([Buffer.from('ffd8ffc2', 'hex'), jpegOf().subarray(4)])],
    ['in a larger buffer', Buffer.concat([segment, jpegOf()]).subarray(segment.length)],
  ])('reads the size of a JPEG %s', (_how, jpeg) => {
    expect(jpegSize(jpeg)).toEqual({ width: 640, height: 480 });
  });

  it('does not take a Huffman table for a frame header', () => {
    expect(() => jpegSize(Buffer.concat([Buffer.from('ffd8ffc4', 'hex'), jpegOf(20).subarray(4)]))).toThrow(
      'without a frame header',
    );
  });
});
