import type { Model } from './model.js';
import type { Picture } from './picture.js';
import { placeIn, type Point, type Region } from './region.js';
import { isThere, sigmoid } from './score.js';

/** From which overlap on, shared area over joint area, two boxes are taken for the same body. */
const MIN_OVERLAP = 0.3;

/** A body or a face as a detector sees it. */
export interface Detection {
  readonly box: Region;
  /** Of a body: middle of the hips, top of its circle. Of a face: right eye, left eye, nose, mouth, ears. */
  readonly keypoints: readonly Point[];
}

/** A detector's answer at one anchor, as fractions of its input: middle, width and height of the box, then the keypoints. */
type Box = readonly number[];

/** A detector: for each of its anchors a box with keypoints and a score. */
export interface Detector {
  readonly model: Model<'boxes' | 'scores'>;
  readonly anchors: readonly Point[];
}

/** What a detector is surest of in a region, or null. Boxes over the same body are weighed together, which calms the box. */
export async function detect(detector: Detector, picture: Picture, region: Region): Promise<Detection | null> {
  const { boxes, scores } = await detector.model.run(picture, region);
  const sure = candidates(detector, boxes, scores);
  const best = sure.reduce<Candidate | null>((a, b) => (a === null || b.score > a.score ? b : a), null);
  if (best === null) return null;
  const same = sure.filter(({ box }) => overlap(best.box, box) >= MIN_OVERLAP);
  const [x = 0, y = 0, width = 0, height = 0, ...keypoints] = weighedTogether(same);
  return {
    box: { ...placeIn(region, x, y), width: width * region.width, height: height * region.height, angle: 0 },
    keypoints: pairs(keypoints).map(([u, v]) => placeIn(region, u, v)),
  };
}

interface Candidate {
  readonly box: Box;
  readonly score: number;
}

function candidates({ model, anchors }: Detector, boxes: Float32Array, scores: Float32Array): Candidate[] {
  const numbers = boxes.length / anchors.length;
  return anchors.flatMap((anchor, index) => {
    const score = sigmoid(scores[index] ?? NaN);
    if (!isThere(score)) return [];
    const raw = Array.from(boxes.subarray(index * numbers, (index + 1) * numbers), (pixels) => pixels / model.size);
    // everything but width and height is relative to the anchor
    const box = raw.map((value, n) => (n === 2 || n === 3 ? value : value + (n % 2 === 0 ? anchor.x : anchor.y)));
    return [{ box, score }];
  });
}

function weighedTogether(same: readonly Candidate[]): number[] {
  const weight = same.reduce((sum, { score }) => sum + score, 0);
  const [first] = same;
  return (first?.box ?? []).map(
    (_, n) => same.reduce((sum, { box, score }) => sum + (box[n] ?? 0) * score, 0) / weight,
  );
}

/** Shared area of two boxes over their joint area, 0 to 1. */
export function overlap([ax = 0, ay = 0, aw = 0, ah = 0]: Box, [bx = 0, by = 0, bw = 0, bh = 0]: Box): number {
  const width = Math.min(ax + aw / 2, bx + bw / 2) - Math.max(ax - aw / 2, bx - bw / 2);
  const height = Math.min(ay + ah / 2, by + bh / 2) - Math.max(ay - ah / 2, by - bh / 2);
  if (width <= 0 || height <= 0) return 0;
  const shared = width * height;
  return shared / (aw * ah + bw * bh - shared);
}

function pairs(numbers: readonly number[]): [number, number][] {
  return numbers.flatMap((number, n) => (n % 2 === 0 ? [[number, numbers[n + 1] ?? 0]] : []));
}
