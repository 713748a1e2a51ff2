import type { Point } from './region.js';

/**
 * The places a detector's answers refer to, in its answers' order and as fractions of its input: two for each layer of the
 * network in every cell of the layer's grid, layers of the same grid side by side. `strides` are the layers' cells in pixels.
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
