import { describe, expect, it } from '@jest/globals';
import { npyHead, npyRow } from './npy.js';

function npyOf(rows: readonly Float32Array[], columns: number): Buffer {
  return Buffer.concat([npyHead(rows.length, columns), ...rows.map(npyRow)]);
}

/** What NumPy's own `save` writes: the header, and the numbers after it. */
function saved(shape: string, numbers: string): Buffer {
  const header = `{'descr': '<f4', 'fortran_order': False, 'shape': ${shape}, }`.padEnd(117);
  return Buffer.concat([
    Buffer.from('934e554d505901007600', 'hex'),
    Buffer.from(`${header}\n`),
    Buffer.from(numbers, 'hex'),
  ]);
}

describe('the file of a NumPy array', () => {
  it('given rows, then it is the file NumPy saves of them', () => {
    const rows = [new Float32Array([0, 0.25, -1.5]), new Float32Array([0.001, 2, 3])];
    expect(npyOf(rows, 3)).toEqual(saved('(2, 3)', '000000000000803e0000c0bf6f12833a0000004000004040'));
  });

  it('given no row, then it is the file NumPy saves of an empty array', () => {
    expect(npyOf([], 1_086)).toEqual(saved('(0, 1086)', ''));
  });

  it.each([1, 9, 10, 225, 1_000_000])(
    'given %i columns, then the numbers start at a multiple of 64 bytes',
    (columns) => {
      const file = npyOf([new Float32Array(columns)], columns);
      expect((file.length - columns * 4) % 64).toBe(0);
      expect(file.readUInt16LE(8) + 10 + columns * 4).toBe(file.length);
    },
  );
});
