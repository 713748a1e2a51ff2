import { detect, type Detector } from './detection.js';
import type { Found, Landmark } from './landmark.js';
import type { Model } from './model.js';
import { type Picture, wholeOf } from './picture.js';
import { enlarged, placeIn, pointAt, type Point, type Region, squareAround } from './region.js';
import { isThere, sigmoid } from './score.js';

/** A landmark of the body. */
export interface PoseLandmark extends Landmark {
  /** How sure it is that the point can be seen: neither hidden nor outside the picture; 0 to 1. */
  readonly visibility: number;
}

/** The pose model: 33 landmarks, two points for the next region, a heat map for each, and the presence of a person. */
export type PoseModel = Model<'landmarks' | 'presence' | 'heatMap'>;

const UP = Math.PI / 2;

/** The landmarks that are the body; the two that follow are the middle of the hips and a point on the circle around it. */
const BODY = 33;
const HIPS = 33;
const CIRCLE = 34;

const MARGIN = 1.25;

/** Numbers of each landmark in the model's answer: x, y, z, visibility, presence. */
const STRIDE = 5;

/** Looks for a body in the whole picture; null without a body. */
export async function detectPose(detector: Detector, picture: Picture): Promise<Region | null> {
  const detection = await detect(detector, picture, wholeOf(picture));
  if (detection === null) return null;
  return around(pointAt(detection.keypoints, 0), pointAt(detection.keypoints, 1));
}

/** The landmarks of the body in a region, or null. */
export async function findPose(
  model: PoseModel,
  picture: Picture,
  region: Region,
): Promise<Found<PoseLandmark> | null> {
  const { landmarks: answer, presence, heatMap } = await model.run(picture, region);
  if (!isThere(presence[0])) return null;
  const count = answer.length / STRIDE;
  const all = Array.from({ length: count }, (_, index) => {
    const [x = 0, y = 0, z = 0, visibility = 0] = answer.subarray(index * STRIDE);
    const place = refine({ x: x / model.size, y: y / model.size }, heatMap, index, count);
    const depth = (z / model.size) * region.width;
    return { ...placeIn(region, place.x, place.y), z: depth, visibility: sigmoid(visibility) };
  });
  return { landmarks: all.slice(0, BODY), next: around(pointAt(all, HIPS), pointAt(all, CIRCLE)) };
}

function around(hips: Point, circle: Point): Region {
  return enlarged(squareAround(hips, circle, UP), MARGIN);
}

/** Cells on each side of a heat map. */
const CELLS = 64;

/** How many cells around a landmark are looked at, and how sure one of them has to be. */
const REACH = 3;
const MIN_HEAT = 0.5;

/**
 * The point's place, as fractions of the model's input, corrected to the middle of the heat around it. A cell stands for its
 * left upper corner: the model was trained without an offset of half a cell.
 */
function refine(point: Point, heatMap: Float32Array, index: number, count: number): Point {
  const column = Math.floor(point.x * CELLS);
  const row = Math.floor(point.y * CELLS);
  if (column < 0 || row < 0 || column >= CELLS || row >= CELLS) return point;
  let [sum, x, y, hottest] = [0, 0, 0, 0];
  for (let v = Math.max(0, row - REACH); v <= Math.min(CELLS - 1, row + REACH); v++) {
    for (let u = Math.max(0, column - REACH); u <= Math.min(CELLS - 1, column + REACH); u++) {
      const heat = sigmoid(heatMap[(v * CELLS + u) * count + index] ?? -Infinity);
      sum += heat;
      x += u * heat;
      y += v * heat;
      hottest = Math.max(hottest, heat);
    }
  }
  return hottest < MIN_HEAT ? point : { x: x / sum / CELLS, y: y / sum / CELLS };
}
