import { describe, expect, it } from '@jest/globals';
import { imagesOf } from './mjpeg.js';

/** A segment of this marker with this content. */
function segment(marker: number, content: Buffer): Buffer {
  const head = Buffer.from([0xff, marker, 0, 0]);
  head.writeUInt16BE(content.length + 2, 2);
  return Buffer.concat([head, content]);
}

const SOI = Buffer.from([0xff, 0xd8]);
const EOI = Buffer.from([0xff, 0xd9]);
/** Data of a scan, with stuffed zeros and a restart marker in it. */
const SCAN = Buffer.concat([
  segment(0xda, Buffer.alloc(8)),
  Buffer.from([1, 0xff, 0x00, 2, 0xff, 0xd0, 3, 0xff, 0x00]),
]);

/** An image that differs from every other by its number, with more segments if a test wants some. */
function image(n: number, ...segments: Buffer[]): Buffer<ArrayBuffer> {
  const header = segment(0xc0, Buffer.from([8, 0, 48, 0, n, 1, 1, 0x11, 0]));
  return Buffer.concat([SOI, ...segments, header, SCAN, EOI]);
}

const five = (...segments: Buffer[]): Buffer<ArrayBuffer>[] => [1, 2, 3, 4, 5].map((n) => image(n, ...segments));

/** Each image with these bytes behind it. */
function followedBy(images: Buffer[], between: (image: Buffer) => Buffer): Buffer<ArrayBuffer> {
  return Buffer.concat(images.flatMap((one) => [one, between(one)]));
}

describe('the images of a file', () => {
  it.each([
    ['nothing', () => Buffer.alloc(0)],
    ['three zeros', () => Buffer.alloc(3)],
    ['one byte of 0xff', () => Buffer.from([0xff])],
    ['bytes of 0xff up to a multiple of 16', (one: Buffer) => Buffer.alloc(16 - (one.length % 16), 0xff)],
    ['a line break', () => Buffer.from('\r\n')],
    ['100,000 zeros', () => Buffer.alloc(100_000)],
  ])('are whole where %s follows each', (_what, between) => {
    expect(imagesOf(followedBy(five(), between))).toEqual(five());
  });

  it('are whole in a multipart stream', () => {
    const parts = five().flatMap((one) => [
      Buffer.from(`--frame\r\nContent-Type: image/jpeg\r\nContent-Length: ${one.length}\r\n\r\n`),
      one,
      Buffer.from('\r\n'),
    ]);
    expect(imagesOf(Buffer.concat(parts))).toEqual(five());
  });

  it.each([
    ['a thumbnail', Buffer.concat([Buffer.from('Exif\0\0'), image(9)])],
    ['two thumbnails, one after the other', Buffer.concat([image(8), image(9)])],
    ['an end of image', EOI],
    ['a start of image', SOI],
  ])('are whole where a segment holds %s', (_what, content) => {
    for (const marker of [0xe1, 0xfe]) {
      const images = five(segment(marker, content));
      expect(imagesOf(Buffer.concat(images))).toEqual(images);
    }
  });

  it('are whole where a segment between two scans holds one', () => {
    const progressive = Buffer.concat([image(1).subarray(0, -2), segment(0xc4, image(9)), SCAN, EOI]);
    expect(imagesOf(Buffer.concat([progressive, image(2)]))).toEqual([progressive, image(2)]);
  });

  it('are whole with fill bytes before their markers', () => {
    const filled = Buffer.concat([image(1).subarray(0, -2), Buffer.alloc(300, 0xff), EOI]);
    expect(imagesOf(Buffer.concat([filled, image(2)]))).toEqual([filled, image(2)]);
  });

  it('reach to the next one where they have no end', () => {
    const cut = image(1).subarray(0, -2);
    expect(imagesOf(Buffer.concat([cut, image(2), cut]))).toEqual([cut, image(2), cut]);
  });

  it('reach to the end of the file where a segment is longer', () => {
    for (const rest of [[0xff], [0xff, 0xe0], [0xff, 0xe0, 0xff], [0xff, 0xe0, 0xff, 0xff, 0xd9]]) {
      const cut = Buffer.concat([SOI, Buffer.from(rest)]);
      expect(imagesOf(Buffer.concat([image(1), cut]))).toEqual([image(1), cut]);
    }
  });
});

it.each([Buffer.alloc(0), Buffer.from('text')])('a file without an image is returned as it is', (file) => {
  expect(imagesOf(file)).toEqual([file]);
});
