import { anchors } from './anchors.js';
import { DETECTOR_CROP, LANDMARK_CROP } from './crop.js';
import type { Detector } from './detection.js';
import type { FaceModel } from './face.js';
import type { HandModel, HandRecropModel } from './hand.js';
import { LiteRtModel, startLiteRt } from './litert-model.js';
import { readPacked, readPlain } from './package-files.js';
import type { PoseModel } from './pose.js';

/** The networks that find a person's landmarks; NOTICE has where they come from. */
export interface HolisticModels {
  readonly poseDetector: Detector;
  readonly pose: PoseModel;
  readonly handRecrop: HandRecropModel;
  readonly hand: HandModel;
  readonly faceDetector: Detector;
  readonly face: FaceModel;
}

/** Input sizes and layers' cells in pixels, as the two detectors were built. */
const POSE_ANCHORS = anchors(224, [8, 16, 32, 32, 32]);
const FACE_ANCHORS = anchors(128, [8, 16, 16, 16]);

/**
 * Loads the models into this thread; call it once. For pose and hand it loads the lite models, which keep ten frames a second.
 * For the face it loads the model of 468 points: the attention model needs an operation that LiteRT lacks.
 */
export async function loadHolisticModels(): Promise<HolisticModels> {
  await startLiteRt();
  const [boxes, landmarks] = [
    { boxes: 0, scores: 1 },
    { landmarks: 0, presence: 1 },
  ];
  const holistic = (file: string): Uint8Array => readPacked('holistic', file);
  return {
    poseDetector: {
      model: await LiteRtModel.load(holistic('pose_detection.tflite'), DETECTOR_CROP, boxes),
      anchors: POSE_ANCHORS,
    },
    pose: await LiteRtModel.load(readPlain('@mediapipe/holistic', 'pose_landmark_lite.tflite'), LANDMARK_CROP, {
      ...landmarks,
      heatMap: 3,
    }),
    handRecrop: await LiteRtModel.load(holistic('hand_recrop.tflite'), LANDMARK_CROP, { square: 0 }),
    hand: await LiteRtModel.load(readPlain('@mediapipe/hands', 'hand_landmark_lite.tflite'), LANDMARK_CROP, landmarks),
    faceDetector: {
      model: await LiteRtModel.load(holistic('face_detection_short_range.tflite'), DETECTOR_CROP, boxes),
      anchors: FACE_ANCHORS,
    },
    face: await LiteRtModel.load(holistic('face_landmark.tflite'), LANDMARK_CROP, landmarks),
  };
}
