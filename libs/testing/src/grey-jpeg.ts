const START = [0xff, 0xd8];
const END = [0xff, 0xd9];

/** Every coefficient is divided by 1. */
const QUANTISATION = [0xff, 0xdb, 0x00, 0x43, 0x00, ...new Array<number>(64).fill(1)];

/** One code of one bit, 0: "no difference" in the table of class 0, "end of block" in that of class 1. */
const huffman = (table: number): number[] => [
  ...[0xff, 0xc4, 0x00, 0x14, table, 1],
  ...new Array<number>(15).fill(0),
  0x00,
];

const SCAN = [0xff, 0xda, 0x00, 0x08, 0x01, 0x01, 0x00, 0x00, 0x3f, 0x00];

/** The longest comment a segment can hold, its marker and length counted. */
const MAX_COMMENT_BYTES = 65_537;
const COMMENT_HEAD_BYTES = 4;

/**
 * A whole baseline JPEG, `width` x `height` pixels of one grey, of exactly `byte_length` bytes: comments fill it up behind
 * its start. Cut off at its end if it is to be shorter than such a picture is. docs/conformance.md, "Frames".
 */
export function greyJpeg(width: number, height: number, byte_length: number): Buffer {
  const size = [height >> 8, height & 0xff, width >> 8, width & 0xff];
  const frame = [0xff, 0xc0, 0x00, 0x0b, 0x08, ...size, 0x01, 0x01, 0x11, 0x00];
  const head = [...QUANTISATION, ...frame, ...huffman(0x00), ...huffman(0x10), ...SCAN];
  const picture = Buffer.concat([Buffer.from(head), blocks(width, height), Buffer.from(END)]);
  const filling = Math.max(0, byte_length - START.length - picture.length);
  return Buffer.concat([Buffer.from(START), comments(filling), picture]).subarray(0, byte_length);
}

/** Two bits of 0 for each 8 x 8 block, then ones to the end of the byte. */
function blocks(width: number, height: number): Buffer {
  const bits = 2 * Math.ceil(width / 8) * Math.ceil(height / 8);
  const bytes = Buffer.alloc(Math.ceil(bits / 8));
  if (bits % 8 > 0) bytes[bytes.length - 1] = 0xff >> (bits % 8);
  return bytes;
}

/** Comments of this length, which a decoder ignores. */
function comments(byte_length: number): Buffer {
  const bytes = Buffer.alloc(byte_length);
  let offset = 0;
  while (byte_length - offset >= COMMENT_HEAD_BYTES) {
    const segment = Math.min(byte_length - offset, MAX_COMMENT_BYTES);
    bytes.set([0xff, 0xfe], offset);
    bytes.writeUInt16BE(segment - 2, offset + 2);
    offset += segment;
  }
  // what is too short for a comment are fill bytes before the next marker
  return bytes.fill(0xff, offset);
}
