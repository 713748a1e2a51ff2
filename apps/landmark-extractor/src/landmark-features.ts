import { isInPicture, LANDMARK_PARTS } from './landmarks/frame-landmarks.js';
import type { FrameResult } from './landmarks/frame-result.js';

/** The names of the columns, `pose_0_x` to `face_467_y`. docs/integration/landmarks.md. */
export const FEATURE_COLUMNS: readonly string[] = LANDMARK_PARTS.flatMap(({ name, points }) =>
  Array.from({ length: points }, (_, point) => [`${name}_${point}_x`, `${name}_${point}_y`]).flat(),
);

/** One frame's row of the matrix: `x` and `y` of every point, 0, 0 where it is missing or outside the picture. */
export function featureRow(result: FrameResult): Float32Array {
  const row = new Float32Array(FEATURE_COLUMNS.length);
  let column = 0;
  for (const { name, points, stride } of LANDMARK_PARTS) {
    const values = result[name];
    for (let point = 0; point < points; point++, column += 2) {
      const x = values?.[point * stride] ?? NaN;
      const y = values?.[point * stride + 1] ?? NaN;
      if (isInPicture(x, y)) row.set([x, y], column);
    }
  }
  return row;
}
