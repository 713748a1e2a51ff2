/** The header of a JPEG of 640 x 480, which is all the gateway looks at. */
const HEADER = [0xff, 0xd8, 0xff, 0xc0, 0x00, 0x11, 0x08, 0x01, 0xe0, 0x02, 0x80];

/** Says of which capture a picture is, and which of its frames. */
export function markedPicture(number: number, seq: number, byte_length: number): Buffer {
  const jpeg = Buffer.alloc(byte_length);
  jpeg.set(HEADER);
  jpeg.writeUInt32BE(number, HEADER.length);
  jpeg.writeUInt32BE(seq, byte_length - 4);
  return jpeg;
}

/** Whether these are the bytes of {@link markedPicture}, from the first to the last. */
export function isMarked(jpeg: Buffer, number: number, seq: number): boolean {
  return jpeg.readUInt32BE(HEADER.length) === number && jpeg.readUInt32BE(jpeg.length - 4) === seq;
}
