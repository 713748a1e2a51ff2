const MAGIC = '\x93NUMPY\x01\x00';
const LENGTH_BYTES = 2;

/** What comes before the numbers fills whole blocks of this many bytes. */
const BLOCK_BYTES = 64;

/**
 * The file of a NumPy array of little-endian float32, in C order, with one row for each of `rows`, which all have `columns`
 * numbers; version 1.0 of the .npy format.
 */
export function npyOf(rows: readonly Float32Array[], columns: number): Buffer {
  const header = `{'descr': '<f4', 'fortran_order': False, 'shape': (${rows.length}, ${columns}), }`;
  const before = MAGIC.length + LENGTH_BYTES;
  const start = Math.ceil((before + header.length + 1) / BLOCK_BYTES) * BLOCK_BYTES;
  const file = Buffer.alloc(start + rows.length * columns * Float32Array.BYTES_PER_ELEMENT, ' ', 'latin1');
  file.write(MAGIC, 'latin1');
  file.writeUInt16LE(start - before, MAGIC.length);
  file.write(header, before, 'latin1');
  file.write('\n', start - 1, 'latin1');
  let offset = start;
  for (const row of rows) for (const value of row) offset = file.writeFloatLE(value, offset);
  return file;
}
