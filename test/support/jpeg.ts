/** The header of a JPEG of this size, padded to `byte_length`: all that the gateway looks at. */
export function jpegOf(byte_length = 1_000, width = 640, height = 480): Buffer {
  const jpeg = Buffer.alloc(byte_length);
  jpeg.set([0xff, 0xd8, 0xff, 0xc0, 0x00, 0x11, 0x08]);
  jpeg.writeUInt16BE(height, 7);
  jpeg.writeUInt16BE(width, 9);
  return jpeg;
}

/** A progressive JPEG of 640 x 480 that has so many scans, each as short as a scan can be. */
export function progressiveJpegOf(scans: number): Buffer {
  const frame_header = [0xff, 0xc2, 0x00, 0x0b, 0x08, 0x01, 0xe0, 0x02, 0x80, 0x01, 0x01, 0x11, 0x00];
  const scan = Buffer.from([0xff, 0xda, 0x00, 0x08, 0x01, 0x01, 0x00, 0x01, 0x3f, 0x00, 0x00, 0x00]);
  const image = Array.from({ length: scans }, () => scan);
  return Buffer.concat([Buffer.from([0xff, 0xd8, ...frame_header]), ...image, Buffer.from([0xff, 0xd9])]);
}
