import { describe, expect, it } from '@jest/globals';
import { foundIn } from '../../../../test/support/fake-finder.js';
import { toFrameLandmarks } from './frame-landmarks.js';
import type { FrameResult } from './frame-result.js';

function found(missing: string[] = []): FrameResult {
  return { seq: 512, timestamp_frame: new Date('2026-01-01T00:00:00.066Z'), ...foundIn(512, missing) };
}

describe('toFrameLandmarks', () => {
  it('given every part, then each has all its points, a pose with visibility', () => {
    const frame = toFrameLandmarks(found());
    expect(frame).toMatchObject({ seq: 512, timestamp_frame: '2026-01-01T00:00:00.066Z' });
    expect([frame.pose, frame.left_hand, frame.right_hand, frame.face].map((part) => part?.length)).toEqual([
      33, 21, 21, 468,
    ]);
    expect(frame.pose?.[32]).toEqual({ x: 0.5, y: 0.5, z: 0.5, visibility: 0.5 });
    expect(frame.face?.[467]).toEqual({ x: 0.5, y: 0.5, z: 0.5 });
  });

  it('given points of one part, then they are told apart and have five decimals', () => {
    const result = found();
    result.left_hand?.set([0.123456, 0.2, -0.3], 3);
    expect(toFrameLandmarks(result).left_hand?.slice(0, 2)).toEqual([
      { x: 0.5, y: 0.5, z: 0.5 },
      { x: 0.12346, y: 0.2, z: -0.3 },
    ]);
  });

  it('given a part that was not found, then it is null', () => {
    const frame = toFrameLandmarks(found(['right_hand', 'pose']));
    expect([frame.pose, frame.right_hand, frame.left_hand?.length]).toEqual([null, null, 21]);
  });

  it.each([
    [-0.001, 0.5],
    [1.001, 0.5],
    [0.5, -0.001],
    [0.5, 1.001],
  ])('given a point at %d, %d, then it is marked as outside', (x, y) => {
    const result = found();
    result.pose?.set([x, y], 0);
    expect(toFrameLandmarks(result).pose?.[0]).toEqual({ x, y, z: 0.5, visibility: 0.5, outside: true });
  });

  it('given points on the edges of the picture, then they are not', () => {
    const result = found();
    result.pose?.set([0, 1], 0);
    expect(toFrameLandmarks(result).pose?.[0]).toEqual({ x: 0, y: 1, z: 0.5, visibility: 0.5 });
  });
});
