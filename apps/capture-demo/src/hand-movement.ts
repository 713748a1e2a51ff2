import type { FrameLandmarks, Landmark } from './landmarks.js';

/** How one hand moved. */
export interface HandTrace {
  /** For each frame how fast the hand was, in picture widths a second; null where it was not seen. */
  readonly speeds: readonly (number | null)[];
  /** Frames it was seen in. */
  readonly seen: number;
}

/** The movement of both hands over a capture. */
export interface HandMovement {
  /** For each frame, seconds since the first. */
  readonly seconds: readonly number[];
  readonly left: HandTrace;
  readonly right: HandTrace;
}

/** Frames that are averaged, so that the trembling of the landmarks is not taken for movement. */
const SMOOTHED_FRAMES = 3;

/** How the hands moved, from the landmarks of all frames in their order; `aspect` is the picture's height by its width. */
export function handMovement(frames: readonly FrameLandmarks[], aspect: number): HandMovement {
  const times = frames.map(({ timestamp_frame }) => Date.parse(timestamp_frame) / 1000);
  const seconds = times.map((time) => time - (times[0] ?? 0));
  const trace = (hand: 'left_hand' | 'right_hand'): HandTrace => {
    const hands = frames.map((frame) => frame[hand]);
    const speeds = hands.map((points, n) =>
      speed(hands[n - 1], points, (seconds[n] ?? 0) - (seconds[n - 1] ?? 0), aspect),
    );
    return { speeds: smoothed(speeds), seen: hands.filter((points) => points !== null).length };
  };
  return { seconds, left: trace('left_hand'), right: trace('right_hand') };
}

/** Mean way of a hand's points by the time it took; null unless it was seen before and after. */
function speed(
  before: readonly Landmark[] | null | undefined,
  after: readonly Landmark[] | null,
  seconds: number,
  aspect: number,
): number | null {
  if (!before || !after || after.length === 0 || seconds <= 0) return null;
  const ways = after.map((point, n) => {
    const from = before[n] ?? point;
    return Math.hypot(point.x - from.x, (point.y - from.y) * aspect);
  });
  return ways.reduce((sum, way) => sum + way, 0) / ways.length / seconds;
}

function smoothed(speeds: readonly (number | null)[]): (number | null)[] {
  const reach = (SMOOTHED_FRAMES - 1) / 2;
  return speeds.map((own, n) => {
    if (own === null) return null;
    const near = speeds.slice(Math.max(0, n - reach), n + reach + 1).filter((value) => value !== null);
    return near.reduce((sum, value) => sum + value, 0) / near.length;
  });
}
