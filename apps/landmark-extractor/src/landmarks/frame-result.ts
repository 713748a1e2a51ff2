/**
 * The landmarks of one frame as a thread hands them back: flat numbers, as fractions of the picture's width and height
 * (`z` in the scale of `x`), in the order of MediaPipe's models. A part that was not found is null; a point outside the picture
 * has an `x` or `y` below 0 or over 1. docs/integration/landmarks.md.
 */
export interface FrameResult {
  readonly seq: number;
  readonly timestamp_frame: Date;
  /** 33 times x, y, z, visibility. */
  readonly pose: Float32Array | null;
  /** 21 times x, y, z; the person's own left. */
  readonly left_hand: Float32Array | null;
  /** 21 times x, y, z; the person's own right. */
  readonly right_hand: Float32Array | null;
  /** 468 times x, y, z. */
  readonly face: Float32Array | null;
}
