import { type Found, type Landmark, readLandmarks } from './landmark.js';
import type { Model } from './model.js';
import type { Picture } from './picture.js';
import type { PoseLandmark } from './pose.js';
import { enlarged, placeIn, pointAt, type Point, type Region, regionOf, squareAround, turnTowards } from './region.js';
import { isThere } from './score.js';

/** The person's own: 0 is left, 1 is right. Of each pair of the pose's landmarks the left one comes first. */
export type Side = 0 | 1;

/** The hand model: 21 landmarks, and whether there is a hand. */
export type HandModel = Model<'landmarks' | 'presence'>;

/** The model that looks at where the pose has a hand and says how to look at it: a square's middle and its lower edge's. */
export type HandRecropModel = Model<'square'>;

/** The models know hands with the fingers up and the wrist down. */
const UP = Math.PI / 2;
const DOWN = -Math.PI / 2;

/** A region reaches further towards the fingers than towards the wrist, in parts of its height. */
const TOWARDS_FINGERS = -0.1;

/** Landmarks of a hand that move little when its fingers do: the wrist, and the lower joints of each finger. */
const PALM = [0, 1, 2, 3, 5, 6, 9, 10, 13, 14, 17, 18];

const WRIST = 0;
const INDEX_KNUCKLE = 5;
const MIDDLE_KNUCKLE = 9;
const RING_KNUCKLE = 13;

/** The wrist of a side, as the pose has it. */
export function wristOf(pose: readonly PoseLandmark[], side: Side): PoseLandmark {
  return pointAt(pose, 15 + side);
}

/** Where a hand is, as the pose has it: between the knuckles of little finger and index finger, nearer to the latter. */
export function knucklesOf(pose: readonly PoseLandmark[], side: Side): Point {
  const pinky = pointAt(pose, 17 + side);
  const index = pointAt(pose, 19 + side);
  return { x: (2 * index.x + pinky.x) / 3, y: (2 * index.y + pinky.y) / 3 };
}

/** Where to look for a hand nothing is known of but the pose. */
export async function locateHand(
  model: HandRecropModel,
  picture: Picture,
  pose: readonly PoseLandmark[],
  side: Side,
): Promise<Region> {
  const region = enlarged(squareAround(knucklesOf(pose, side), wristOf(pose, side), DOWN), 2.7);
  const { square } = await model.run(picture, region);
  const [x = 0, y = 0, edgeX = 0, edgeY = 0] = Array.from(square, (pixels) => pixels / model.size);
  return enlarged(squareAround(placeIn(region, x, y), placeIn(region, edgeX, edgeY), DOWN), 1, TOWARDS_FINGERS);
}

/** The landmarks of the hand in a region, or null. */
export async function findHand(model: HandModel, picture: Picture, region: Region): Promise<Found<Landmark> | null> {
  const { landmarks: answer, presence } = await model.run(picture, region);
  if (!isThere(presence[0])) return null;
  const landmarks = readLandmarks(answer, 3, model.size, region);
  const palm = PALM.map((index) => pointAt(landmarks, index));
  const angle = turnTowards(UP, pointAt(landmarks, WRIST), knuckle(landmarks));
  return { landmarks, next: enlarged(regionOf(palm, angle), 2, TOWARDS_FINGERS) };
}

/** The middle finger's knuckle, steadied by its neighbours. */
function knuckle(landmarks: readonly Landmark[]): Point {
  const index = pointAt(landmarks, INDEX_KNUCKLE);
  const middle = pointAt(landmarks, MIDDLE_KNUCKLE);
  const ring = pointAt(landmarks, RING_KNUCKLE);
  return { x: ((index.x + ring.x) / 2 + middle.x) / 2, y: ((index.y + ring.y) / 2 + middle.y) / 2 };
}
