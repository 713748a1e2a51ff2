import { detect, type Detector } from './detection.js';
import { type Found, type Landmark, readLandmarks } from './landmark.js';
import type { Model } from './model.js';
import { type Picture, wholeOf } from './picture.js';
import type { PoseLandmark } from './pose.js';
import { enlarged, pointAt, type Point, type Region, regionOf, turnTowards } from './region.js';
import { isThere, sigmoid } from './score.js';

/** The face model: 468 landmarks, and whether there is a face. */
export type FaceModel = Model<'landmarks' | 'presence'>;

const RIGHT = 0;
const MARGIN = 1.5;

/** The landmarks of the pose that are in the face: nose, eyes, ears, mouth. */
const FACE_OF_POSE = 11;

/** The outer corners of the person's right and left eye. */
const RIGHT_EYE = 33;
const LEFT_EYE = 263;

/** Looks for a face around that of the pose, or in the whole picture without a pose. Resolves with null if it finds no face. */
export async function detectFace(
  detector: Detector,
  picture: Picture,
  pose: readonly PoseLandmark[] | null,
): Promise<Region | null> {
  const where = pose ? enlarged(regionOf(pose.slice(0, FACE_OF_POSE), 0), 3) : wholeOf(picture);
  const detection = await detect(detector, picture, where);
  if (detection === null) return null;
  const [rightEye, leftEye] = [pointAt(detection.keypoints, 0), pointAt(detection.keypoints, 1)];
  return enlarged({ ...detection.box, angle: level(rightEye, leftEye) }, MARGIN);
}

/** The landmarks of the face in a region, or null. */
export async function findFace(model: FaceModel, picture: Picture, region: Region): Promise<Found<Landmark> | null> {
  const { landmarks: answer, presence } = await model.run(picture, region);
  if (!isThere(sigmoid(presence[0] ?? NaN))) return null;
  const landmarks = readLandmarks(answer, 3, model.size, region);
  const angle = level(pointAt(landmarks, RIGHT_EYE), pointAt(landmarks, LEFT_EYE));
  return { landmarks, next: enlarged(regionOf(landmarks, angle), MARGIN) };
}

/** The turn that brings both eyes to one height. */
function level(rightEye: Point, leftEye: Point): number {
  return turnTowards(RIGHT, rightEye, leftEye);
}
