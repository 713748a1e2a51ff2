import type { FrameResult } from './frame-result.js';

/** One point of a body. docs/integration/landmarks.md. */
export interface LandmarkPoint {
  /** Fraction of the picture's width, from its left. */
  readonly x: number;
  /** Fraction of the picture's height, from its top. */
  readonly y: number;
  /** In the scale of `x`; smaller is nearer. */
  readonly z: number;
  /** 0 to 1; of a pose only. */
  readonly visibility?: number;
  /** The model places the point outside the picture. */
  readonly outside?: true;
}

/** The landmarks of one frame as JSON has them; a part that was not found is null. docs/integration/landmarks.md. */
export interface FrameLandmarksMessage {
  readonly seq: number;
  /** ISO 8601, UTC. */
  readonly timestamp_frame: string;
  readonly pose: readonly LandmarkPoint[] | null;
  readonly left_hand: readonly LandmarkPoint[] | null;
  readonly right_hand: readonly LandmarkPoint[] | null;
  readonly face: readonly LandmarkPoint[] | null;
}

/** The parts of a {@link FrameResult} in the order of the features: their points, and how many numbers each point has. */
export const LANDMARK_PARTS = [
  { name: 'pose', points: 33, stride: 4 },
  { name: 'left_hand', points: 21, stride: 3 },
  { name: 'right_hand', points: 21, stride: 3 },
  { name: 'face', points: 468, stride: 3 },
] as const;

/** Whether a point lies in the picture, its edges included. */
export function isInPicture(x: number, y: number): boolean {
  return x >= 0 && x <= 1 && y >= 0 && y <= 1;
}

/** Five decimals: less than a hundredth of a pixel. */
export function rounded(value: number): number {
  return Math.round(value * 1e5) / 1e5;
}

/** What a thread found, as JSON has it. */
export function toFrameLandmarks({ seq, timestamp_frame, ...found }: FrameResult): FrameLandmarksMessage {
  const parts = LANDMARK_PARTS.map(({ name, stride }) => [name, landmarks(found[name], stride)] as const);
  return {
    seq,
    timestamp_frame: timestamp_frame.toISOString(),
    ...(Object.fromEntries(parts) as Record<(typeof LANDMARK_PARTS)[number]['name'], LandmarkPoint[] | null>),
  };
}

function landmarks(values: Float32Array | null, stride: number): LandmarkPoint[] | null {
  if (!values) return null;
  return Array.from({ length: values.length / stride }, (_, point) => {
    const [x = NaN, y = NaN, z = NaN, visibility] = values.subarray(point * stride, (point + 1) * stride);
    return {
      x: rounded(x),
      y: rounded(y),
      z: rounded(z),
      ...(visibility !== undefined && { visibility: rounded(visibility) }),
      ...(!isInPicture(x, y) && { outside: true as const }),
    };
  });
}
