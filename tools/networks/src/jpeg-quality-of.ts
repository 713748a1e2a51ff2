/** Marker of the tables that a JPEG was quantised with. */
const QUANTISATION = 0xffdb;

/** Coefficients compared: the low frequencies, which no quality from 0.1 to 1 takes to the largest value. */
const COEFFICIENTS = 16;

/** Their sum at quality 0.5, in the standard table for brightness. ITU-T T.81, table K.1. */
const SUM_AT_HALF = 266;

/**
 * The quality, from 0 to 1, that a JPEG was encoded with, read from its first quantisation table: libjpeg, browsers and sharp
 * scale the standard table by it. NaN if the file has no table.
 */
export function jpegQualityOf(jpeg: Uint8Array): number {
  const view = new DataView(jpeg.buffer, jpeg.byteOffset, jpeg.byteLength);
  let offset = 2;
  while (offset + 4 <= jpeg.byteLength && view.getUint16(offset) !== QUANTISATION)
    offset += 2 + view.getUint16(offset + 2);
  // marker, length and number of the table
  const table = jpeg.subarray(offset + 5, offset + 5 + COEFFICIENTS);
  if (table.length < COEFFICIENTS) return NaN;
  const scale = table.reduce((sum, coefficient) => sum + coefficient, 0) / SUM_AT_HALF;
  return scale <= 1 ? 1 - scale / 2 : 0.5 / scale;
}
