import { describe, expect, it } from '@jest/globals';
import { findPose, type PoseModel } from './pose.js';
import type { Region } from './region.js';

const PICTURE = { rgb: new Uint8Array(0), width: 0, height: 0 };
/** So large that a pixel of the model is a pixel of the picture. */
const REGION: Region = { x: 128, y: 128, width: 256, height: 256, angle: 0 };
const COUNT = 39;
const CELLS = 64;

interface Answer {
  /** Landmark 0, in pixels of the model. */
  readonly x?: number;
  readonly y?: number;
  readonly presence?: number;
  /** The heat of landmark 0 by cell. */
  readonly heat?: readonly (readonly [column: number, row: number, heat: number])[];
}

function poseModel({ x = 100, y = 100, presence = 1, heat = [] }: Answer): PoseModel {
  const landmarks = new Float32Array(COUNT * 5);
  landmarks.set([x, y, 64, Math.log(3), 0]);
  // the middle of the hips, and ten pixels above it
  landmarks.set([120, 140], 33 * 5);
  landmarks.set([120, 130], 34 * 5);
  const heatMap = new Float32Array(CELLS * CELLS * COUNT).fill(-100);
  for (const [column, row, value] of heat) heatMap[(row * CELLS + column) * COUNT] = value;
  return { size: 256, run: () => Promise.resolve({ landmarks, presence: Float32Array.of(presence), heatMap }) };
}

describe('a pose', () => {
  it('is nobody if the model says so', async () => {
    await expect(findPose(poseModel({ presence: 0.49 }), PICTURE, REGION)).resolves.toBeNull();
  });

  it('has 33 landmarks with depth in pixels and visibility', async () => {
    const found = await findPose(poseModel({}), PICTURE, { ...REGION, width: 512, height: 512 });
    expect(found?.landmarks).toHaveLength(33);
    expect(found?.landmarks[0]).toEqual({ x: 72, y: 72, z: 128, visibility: expect.closeTo(0.75) });
  });

  it('is next looked for in the circle around the hips, and a quarter more', async () => {
    const found = await findPose(poseModel({}), PICTURE, REGION);
    expect(found?.next).toMatchObject({ x: 120, y: 140, width: 25, height: 25, angle: 0 });
  });
});

describe('the heat around a landmark', () => {
  const place = async (answer: Answer): Promise<number[]> => {
    const found = await findPose(poseModel(answer), PICTURE, REGION);
    const [landmark] = found?.landmarks ?? [];
    return [landmark?.x ?? NaN, landmark?.y ?? NaN];
  };

  it('moves it to the middle of the heat, without half a cell more', async () => {
    // the cell of (100, 100) is (25, 25); a cell has 4 pixels
    expect(await place({ heat: [[26, 24, 9]] })).toEqual([expect.closeTo(104), expect.closeTo(96)]);
    const even: Answer['heat'] = [
      [25, 25, 9],
      [26, 25, 9],
    ];
    expect(await place({ heat: even })).toEqual([expect.closeTo(102), expect.closeTo(100)]);
  });

  it('counts up to three cells away', async () => {
    expect(await place({ heat: [[28, 22, 9]] })).toEqual([expect.closeTo(112), expect.closeTo(88)]);
    expect(await place({ heat: [[29, 25, 9]] })).toEqual([100, 100]);
  });

  it('is nothing to go by where no cell is sure', async () => {
    expect(await place({ heat: [[26, 25, -0.1]] })).toEqual([100, 100]);
  });

  it('ends at the edge of the map, and leaves a landmark outside of it alone', async () => {
    expect(await place({ x: 1, y: 255, heat: [[1, 62, 9]] })).toEqual([expect.closeTo(4), expect.closeTo(248)]);
    expect(await place({ x: 300, y: 100, heat: [[63, 25, 9]] })).toEqual([300, 100]);
  });
});
