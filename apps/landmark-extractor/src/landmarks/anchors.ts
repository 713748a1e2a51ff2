import type { Point } from './region.js';

/**
 * The positions that a detector's answers refer to, in their order, as fractions of its input. Each layer of the network has two
 * in every cell of its grid; layers of the same grid are side by side. `strides` are the cell sizes of the layers in pixels.
 */
export function anchors(size: number, strides: readonly number[]): readonly Point[] {
  return [...new Set(strides)].flatMap((stride) => {
    const perCell = 2 * strides.filter((other) => other === stride).length;
    const cells = Math.ceil(size / stride);
    return Array.from({ length: cells * cells * perCell }, (_, index) => {
      const cell = Math.floor(index / perCell);
      // in the detectors' own precision
      return {
        x: Math.fround(((cell % cells) + 0.5) / cells),
        y: Math.fround((Math.floor(cell / cells) + 0.5) / cells),
      };
    });
  });
}
