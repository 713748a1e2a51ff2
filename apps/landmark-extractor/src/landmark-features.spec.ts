import { describe, expect, it } from '@jest/globals';
import { foundIn } from '../../../test/support/fake-finder.js';
import { FEATURE_COLUMNS, featureRow } from './landmark-features.js';
import type { FrameResult } from './landmarks/frame-result.js';

/** Where the parts begin, two columns for each point. */
const LEFT_HAND = 33 * 2;
const RIGHT_HAND = LEFT_HAND + 21 * 2;
const FACE = RIGHT_HAND + 21 * 2;

function found(missing: string[] = []): FrameResult {
  return { seq: 512, timestamp_frame: new Date(0), ...foundIn(512, missing) };
}

it('the columns are x and y of pose, left hand, right hand and face, in this order', () => {
  expect(FEATURE_COLUMNS).toHaveLength(1_086);
  expect(new Set(FEATURE_COLUMNS).size).toBe(1_086);
  const names = [0, 1, 2, LEFT_HAND, RIGHT_HAND, FACE, 1_085].map((column) => FEATURE_COLUMNS[column]);
  expect(names).toEqual([
    'pose_0_x',
    'pose_0_y',
    'pose_1_x',
    'left_hand_0_x',
    'right_hand_0_x',
    'face_0_x',
    'face_467_y',
  ]);
});

describe('featureRow', () => {
  it('given every part, then each point is in its own two columns', () => {
    const result = found();
    result.pose?.set([0.1, 0.2], 32 * 4);
    result.left_hand?.set([0.3, 0.4], 0);
    result.right_hand?.set([0.5, 0.6], 20 * 3);
    result.face?.set([0.7, 0.8], 467 * 3);
    const expected = new Float32Array(1_086).fill(0.5);
    expected.set([0.1, 0.2], LEFT_HAND - 2);
    expected.set([0.3, 0.4], LEFT_HAND);
    expected.set([0.5, 0.6], FACE - 2);
    expected.set([0.7, 0.8], 1_084);
    expect(featureRow(result)).toEqual(expected);
  });

  it('given a part that was not found, then its columns are 0', () => {
    const row = featureRow(found(['left_hand']));
    const expected = new Float32Array(1_086).fill(0.5).fill(0, LEFT_HAND, RIGHT_HAND);
    expect(row).toEqual(expected);
  });

  it.each([
    ['left of the picture', -0.001, 0.5],
    ['below the picture', 0.5, 1.001],
    ['nowhere', NaN, 0.5],
  ])('given a point %s, then its columns are 0, 0', (_where, x, y) => {
    const result = found();
    result.face?.set([x, y], 3);
    expect([...featureRow(result).subarray(FACE, FACE + 6)]).toEqual([0.5, 0.5, 0, 0, 0.5, 0.5]);
  });

  it('given points on the edges of the picture, then they are kept', () => {
    const result = found();
    result.pose?.set([0, 1], 0);
    expect([...featureRow(result).subarray(0, 2)]).toEqual([0, 1]);
  });
});
