import { endianness } from 'node:os';

const MAGIC = '\x93NUMPY\x01\x00';
const LENGTH_BYTES = 2;

/** What comes before the numbers fills whole blocks of this many bytes. */
const BLOCK_BYTES = 64;

/** The header of a .npy file (format 1.0): an array of `rows` times `columns` little-endian float32 numbers in C order. */
export function npyHead(rows: number, columns: number): Buffer {
  const header = `{'descr': '<f4', 'fortran_order': False, 'shape': (${rows}, ${columns}), }`;
  const before = MAGIC.length + LENGTH_BYTES;
  const head = Buffer.alloc(Math.ceil((before + header.length + 1) / BLOCK_BYTES) * BLOCK_BYTES, ' ', 'latin1');
  head.write(MAGIC, 'latin1');
  head.writeUInt16LE(head.length - before, MAGIC.length);
  head.write(header, before, 'latin1');
  head.write('\n', head.length - 1, 'latin1');
  return head;
}

/** One row of that array; on a little-endian machine the bytes are those of the row itself. */
export function npyRow(row: Float32Array): Buffer {
  const bytes = Buffer.from(row.buffer, row.byteOffset, row.byteLength);
  return endianness() === 'LE' ? bytes : Buffer.from(bytes).swap32();
}
