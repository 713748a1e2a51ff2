import { describe, expect, it } from '@jest/globals';
import { anchors } from './anchors.js';
import { detect, type Detection, type Detector, overlap } from './detection.js';
import type { Region } from './region.js';

const PICTURE = { rgb: new Uint8Array(0), width: 0, height: 0 };
const SIZE = 100;

/** A box of pixels around an anchor's middle, with one keypoint. */
interface Answer {
  readonly box: readonly [x: number, y: number, width: number, height: number, keyX: number, keyY: number];
  readonly score: number;
}

function detection(answers: readonly Answer[], region: Region): Promise<Detection | null> {
  const detector: Detector = {
    anchors: answers.map(() => ({ x: 0.5, y: 0.5 })),
    model: {
      size: SIZE,
      run: () =>
        Promise.resolve({
          boxes: Float32Array.from(answers.flatMap(({ box }) => box)),
          scores: Float32Array.from(answers, ({ score }) => score),
        }),
    },
  };
  return detect(detector, PICTURE, region);
}

const WHOLE: Region = { x: 200, y: 100, width: 400, height: 400, angle: 0 };
const SURE = Math.log(4); // 0.8
const SURER = Math.log(9); // 0.9

describe('a detector', () => {
  it('finds nobody where it is not sure of anything', async () => {
    await expect(detection([{ box: [0, 0, 10, 10, 0, 0], score: -0.01 }], WHOLE)).resolves.toBeNull();
  });

  it('says where in the picture box and keypoints are', async () => {
    const found = await detection([{ box: [10, -5, 20, 10, 25, 0], score: SURE }], WHOLE);
    expect(found?.box.x).toBeCloseTo(240);
    expect(found?.box.y).toBeCloseTo(80);
    expect(found?.box.width).toBeCloseTo(80);
    expect(found?.box.height).toBeCloseTo(40);
    expect(found?.keypoints).toHaveLength(1);
    expect(found?.keypoints[0]?.x).toBeCloseTo(300);
    expect(found?.keypoints[0]?.y).toBeCloseTo(100);
  });

  it('takes the surest one, and weighs those together that overlap it by 0.3', async () => {
    const found = await detection(
      [
        { box: [-30, 0, 10, 10, 0, 0], score: SURE },
        { box: [20, 0, 20, 20, 0, 0], score: SURER },
        { box: [23.4, 0, 20, 20, 0, 0], score: SURE },
        { box: [34, 0, 20, 20, 0, 0], score: SURE },
      ],
      WHOLE,
    );
    expect(found?.box.x).toBeCloseTo(200 + 4 * ((20 * 0.9 + 23.4 * 0.8) / 1.7));
  });
});

it('two boxes overlap by their shared part of what they cover together', () => {
  expect(overlap([5, 5, 10, 10], [5, 5, 10, 10])).toBe(1);
  expect(overlap([5, 5, 10, 10], [10, 5, 10, 10])).toBeCloseTo(50 / 150);
  expect(overlap([5, 5, 10, 10], [15, 5, 10, 10])).toBe(0);
  expect(overlap([5, 5, 10, 10], [50, 50, 10, 10])).toBe(0);
});

describe('anchors', () => {
  it('are the middles of the cells, two for each layer, layers of one grid together', () => {
    expect(anchors(4, [2, 4, 4])).toEqual([
      ...[0.25, 0.75].flatMap((y) =>
        [0.25, 0.75].flatMap((x) => [
          { x, y },
          { x, y },
        ]),
      ),
      ...Array.from({ length: 4 }, () => ({ x: 0.5, y: 0.5 })),
    ]);
  });

  it('are as many as the two detectors answer for', () => {
    expect(anchors(224, [8, 16, 32, 32, 32])).toHaveLength(2254);
    expect(anchors(128, [8, 16, 16, 16])).toHaveLength(896);
  });
});
