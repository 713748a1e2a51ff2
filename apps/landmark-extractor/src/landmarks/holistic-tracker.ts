import { detectFace, findFace } from './face.js';
import type { FrameResult } from './frame-result.js';
import { findHand, knucklesOf, locateHand, type Side, wristOf } from './hand.js';
import type { HolisticModels } from './holistic-models.js';
import type { Landmark } from './landmark.js';
import type { Picture } from './picture.js';
import { detectPose, findPose, type PoseLandmark } from './pose.js';
import type { Point, Region } from './region.js';

/** What is found in a frame, without which frame it was. */
export type FrameLandmarks = Omit<FrameResult, 'seq' | 'timestamp_frame'>;

/** The least visibility of a wrist at which a hand is looked for; below it the model finds hands that are not there. */
const MIN_WRIST_VISIBILITY = 0.5;

/** A hand that was looked for in vain is looked for again only in every fifth frame: a look costs as much as a face. */
const RETRY_EVERY = 5;

/** How far a followed hand may be from the pose's, in parts of its region's width, before it is looked for anew. */
const MAX_STRAY = 0.75;

/** How far outside the picture, in parts of it, a wrist may be and its hand still be in it. */
const BEYOND = 0.1;

/** What is remembered of a hand from one frame to the next. */
interface HandTrack {
  region: Region | null;
  /** It was looked for last time, and was not there. */
  missed: boolean;
}

/**
 * Follows one person from frame to frame: a body is detected once, then looked for where it was; the pose says where to look
 * for the hands and the face, which are then followed likewise. Without a pose no hand is looked for.
 */
export class HolisticTracker {
  #frames = 0;
  #pose: Region | null = null;
  #face: Region | null = null;
  readonly #hands: Readonly<Record<Side, HandTrack>> = {
    0: { region: null, missed: false },
    1: { region: null, missed: false },
  };

  constructor(private readonly models: HolisticModels) {}

  /** The landmarks of the next frame; frames have to be awaited one by one, since the models are used by one at a time. */
  async find(picture: Picture): Promise<FrameLandmarks> {
    this.#frames += 1;
    const pose = await this.#findPose(picture);
    const left = pose && (await this.#findHand(picture, pose, 0));
    const right = pose && (await this.#findHand(picture, pose, 1));
    const face = await this.#findFace(picture, pose);
    return {
      pose: pose && fractions(pose, picture, ({ visibility }) => [visibility]),
      left_hand: left && fractions(left, picture),
      right_hand: right && fractions(right, picture),
      face: face && fractions(face, picture),
    };
  }

  async #findPose(picture: Picture): Promise<readonly PoseLandmark[] | null> {
    const { poseDetector, pose } = this.models;
    const region = this.#pose ?? (await detectPose(poseDetector, picture));
    const found = region && (await findPose(pose, picture, region));
    this.#pose = found?.next ?? null;
    return found?.landmarks ?? null;
  }

  async #findHand(picture: Picture, pose: readonly PoseLandmark[], side: Side): Promise<readonly Landmark[] | null> {
    const hand = this.#hands[side];
    if (hand.region && isAstray(hand.region, knucklesOf(pose, side))) hand.region = null;
    if (hand.region === null) {
      const wrist = wristOf(pose, side);
      if (wrist.visibility < MIN_WRIST_VISIBILITY || !isNear(wrist, picture)) return null;
      // each side has its own frames, so that no frame pays for both
      if (hand.missed && (this.#frames + 2 * side) % RETRY_EVERY !== 0) return null;
      hand.region = await locateHand(this.models.handRecrop, picture, pose, side);
    }
    const found = await findHand(this.models.hand, picture, hand.region);
    hand.region = found?.next ?? null;
    hand.missed = found === null;
    return found?.landmarks ?? null;
  }

  async #findFace(picture: Picture, pose: readonly PoseLandmark[] | null): Promise<readonly Landmark[] | null> {
    const { faceDetector, face } = this.models;
    const region = this.#face ?? (await detectFace(faceDetector, picture, pose));
    const found = region && (await findFace(face, picture, region));
    this.#face = found?.next ?? null;
    return found?.landmarks ?? null;
  }
}

function isAstray(region: Region, hand: Point): boolean {
  return Math.hypot(region.x - hand.x, region.y - hand.y) > region.width * MAX_STRAY;
}

function isNear({ x, y }: Point, { width, height }: Picture): boolean {
  const [u, v] = [x / width, y / height];
  return u > -BEYOND && u < 1 + BEYOND && v > -BEYOND && v < 1 + BEYOND;
}

/** Pixels as the fractions of a FrameResult, each landmark's numbers after the other's. */
function fractions<T extends Landmark>(
  landmarks: readonly T[],
  { width, height }: Picture,
  more: (landmark: T) => readonly number[] = () => [],
): Float32Array {
  return Float32Array.from(
    landmarks.flatMap((landmark) => [landmark.x / width, landmark.y / height, landmark.z / width, ...more(landmark)]),
  );
}
