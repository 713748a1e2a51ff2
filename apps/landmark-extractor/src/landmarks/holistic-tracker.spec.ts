import { beforeEach, describe, expect, it } from '@jest/globals';
import type { HolisticModels } from './holistic-models.js';
import { type FrameLandmarks, HolisticTracker } from './holistic-tracker.js';
import type { Model } from './model.js';
import type { Region } from './region.js';

const PICTURE = { rgb: new Uint8Array(0), width: 100, height: 100 };

/** The pose's numbers of the person's own left and right. */
const WRISTS = [15, 16];
const PINKIES = [17, 18];
const INDICES = [19, 20];
const FLAT_HEAT = new Float32Array(64 * 64 * 39).fill(-100);

/** What the models see: a person whose parts are there or not, the hands as the pose has them. All places in pixels. */
interface Scene {
  body: boolean;
  face: boolean;
  /** Left, right. */
  hands: [boolean, boolean];
  visibility: [number, number];
  /** Where each wrist is; the hand is ten pixels above. */
  wrists: [[x: number, y: number], [x: number, y: number]];
}

let scene: Scene;
let looked: string[];
let tracker: HolisticTracker;

beforeEach(() => {
  scene = {
    body: true,
    face: true,
    hands: [true, true],
    visibility: [0.9, 0.9],
    wrists: [
      [70, 50],
      [30, 50],
    ],
  };
  looked = [];
  tracker = new HolisticTracker(MODELS);
});

/** A model of 100 pixels; what it answers in pixels of the picture is turned into those of its region. */
function model<Answer extends string>(
  name: (region: Region) => string,
  answer: (
    toRegion: (x: number, y: number) => [number, number],
    region: Region,
  ) => Record<Answer, number[] | Float32Array>,
): Model<Answer> {
  return {
    size: 100,
    run: (_picture, region) => {
      looked.push(name(region));
      const [cos, sin] = [Math.cos(region.angle), Math.sin(region.angle)];
      const toRegion = (x: number, y: number): [number, number] => {
        const [right, down] = [x - region.x, y - region.y];
        const across = (right * cos + down * sin) / region.width;
        return [(across + 0.5) * 100, ((down * cos - right * sin) / region.height + 0.5) * 100];
      };
      const answers = Object.entries<number[] | Float32Array>(answer(toRegion, region));
      const numbers = answers.map(([key, value]) => [key, value instanceof Array ? Float32Array.from(value) : value]);
      return Promise.resolve(Object.fromEntries(numbers) as Record<Answer, Float32Array>);
    },
  };
}

const handAt = ({ x }: Region): string => (x > 50 ? 'left' : 'right');

/** A detector of one anchor in the middle: a box of 20 pixels with two keypoints. */
function detector(name: string, keypoints: [number, number][], there: () => boolean): HolisticModels['faceDetector'] {
  return {
    anchors: [{ x: 0, y: 0 }],
    model: model(
      () => name,
      (toRegion, { width }) => ({
        boxes: [...toRegion(50, 20), 2000 / width, 2000 / width, ...keypoints.flatMap(([x, y]) => toRegion(x, y))],
        scores: [there() ? 5 : -5],
      }),
    ),
  };
}

const MODELS: HolisticModels = {
  poseDetector: detector(
    'detect body',
    [
      [50, 60],
      [50, 10],
    ],
    () => scene.body,
  ),
  pose: model(
    () => 'body',
    (toRegion) => {
      const points = Array.from({ length: 39 }, (_, n): [number, number, number] => [40 + n, 20, 0]);
      for (const side of [0, 1] as const) {
        const [x, y] = scene.wrists[side];
        points[WRISTS[side] as number] = [x, y, scene.visibility[side]];
        points[PINKIES[side] as number] = [x, y - 10, 0];
        points[INDICES[side] as number] = [x, y - 10, 0];
      }
      points[33] = [50, 60, 0];
      points[34] = [50, 10, 0];
      const logit = (share: number): number => Math.log(share / (1 - share));
      const landmarks = points.flatMap(([x, y, visibility]) => [...toRegion(x, y), 0, logit(visibility), 0]);
      return { landmarks, presence: [scene.body ? 1 : 0], heatMap: FLAT_HEAT };
    },
  ),
  handRecrop: model(
    (region) => `locate ${handAt(region)}`,
    (toRegion, { x, y }) => ({ square: [...toRegion(x, y), ...toRegion(x, y + 10)] }),
  ),
  hand: model(handAt, (toRegion, { x, y }) => ({
    landmarks: Array.from({ length: 21 }, (_, n) => [...toRegion(x - 5 + (n % 3) * 5, y + 10 - n), 50]).flat(),
    presence: [scene.hands[x > 50 ? 0 : 1] ? 1 : 0],
  })),
  faceDetector: detector(
    'detect face',
    [
      [45, 20],
      [55, 20],
    ],
    () => scene.face,
  ),
  face: model(
    () => 'face',
    (toRegion) => ({
      landmarks: Array.from({ length: 468 }, (_, n) => [
        ...toRegion(n === 33 ? 40 : n === 263 ? 60 : 50, 20),
        25,
      ]).flat(),
      presence: [scene.face ? 5 : -5],
    }),
  ),
};

/** What was looked at for this frame, in order. */
async function next(): Promise<{ looked: string[]; found: FrameLandmarks }> {
  looked = [];
  const found = await tracker.find(PICTURE);
  return { looked, found };
}

describe('a person', () => {
  it('is detected once, then looked for where they were', async () => {
    expect((await next()).looked).toEqual([
      'detect body',
      'body',
      'locate left',
      'left',
      'locate right',
      'right',
      'detect face',
      'face',
    ]);
    expect((await next()).looked).toEqual(['body', 'left', 'right', 'face']);
  });

  it('has as many numbers as MediaPipe has landmarks, as fractions of the picture', async () => {
    const { found } = await next();
    expect(found.pose).toHaveLength(33 * 4);
    expect(found.left_hand).toHaveLength(21 * 3);
    expect(found.right_hand).toHaveLength(21 * 3);
    expect(found.face).toHaveLength(468 * 3);
    const left = Array.from(found.pose ?? []).slice(15 * 4, 16 * 4);
    expect(left).toEqual([0.7, 0.5, 0, 0.9].map((number) => expect.closeTo(number)));
  });

  it('has height in parts of the height, and depth in parts of the width', async () => {
    const wide = await new HolisticTracker(MODELS).find({ ...PICTURE, width: 200 });
    const wrist = Array.from(wide.pose ?? []).slice(15 * 4, 15 * 4 + 2);
    expect(wrist).toEqual([expect.closeTo(0.35), expect.closeTo(0.5)]);
    const depth = (landmarks: FrameLandmarks): number => landmarks.face?.[2] ?? NaN;
    expect(depth(wide)).toBeCloseTo(depth((await next()).found) / 2);
  });

  it('has their own left hand on the right of the picture', async () => {
    scene.hands = [true, false];
    const { found } = await next();
    expect(found.left_hand?.[0]).toBeGreaterThan(0.5);
    expect(found.right_hand).toBeNull();
  });

  it('that is not there is null, and detected again in the next frame', async () => {
    scene.body = scene.face = false;
    const { found } = await next();
    expect(found).toEqual({ pose: null, left_hand: null, right_hand: null, face: null });
    expect((await next()).looked).toEqual(['detect body', 'detect face']);
  });

  it('that is lost is null, and detected again in the next frame', async () => {
    await next();
    scene.body = scene.face = false;
    const { found } = await next();
    expect(found).toEqual({ pose: null, left_hand: null, right_hand: null, face: null });
    scene.body = scene.face = true;
    expect((await next()).looked).toEqual(['detect body', 'body', 'left', 'right', 'detect face', 'face']);
  });

  it('of whom only the face is seen has a face and no hands', async () => {
    scene.body = false;
    const { found, looked } = await next();
    expect(looked).toEqual(['detect body', 'detect face', 'face']);
    expect(found).toMatchObject({ pose: null, left_hand: null, right_hand: null });
    expect(found.face).toHaveLength(468 * 3);
  });
});

describe('a hand', () => {
  it('is looked for only if the pose sees its wrist', async () => {
    scene.visibility = [0.49, 0.51];
    const { found, looked } = await next();
    expect(looked).not.toContain('locate left');
    expect(looked).toContain('locate right');
    expect(found.left_hand).toBeNull();
  });

  it('is looked for only if its wrist is in the picture or close to it', async () => {
    scene.wrists = [
      [109, 50],
      [30, 111],
    ];
    const { looked } = await next();
    expect(looked).toContain('locate left');
    expect(looked).not.toContain('locate right');
  });

  it('that was not there is looked for again in every fifth frame, and never both in one', async () => {
    scene.hands = [false, false];
    const retries: string[][] = [];
    for (let frame = 0; frame < 11; frame++) {
      retries.push((await next()).looked.filter((what) => what.startsWith('locate')));
    }
    const none: string[] = [];
    const [left, right] = [['locate left'], ['locate right']];
    expect(retries).toEqual([[...left, ...right], none, right, none, left, none, none, right, none, left, none]);
  });

  it('that is followed is followed while its wrist is hidden', async () => {
    await next();
    scene.visibility = [0.1, 0.1];
    expect((await next()).looked).toEqual(['body', 'left', 'right', 'face']);
  });

  it('that is lost is looked for again when its turn comes', async () => {
    for (let frame = 1; frame <= 3; frame++) await next();
    scene.hands = [false, true];
    expect((await next()).found.left_hand).toBeNull();
    scene.hands = [true, true];
    expect((await next()).looked).toEqual(['body', 'locate left', 'left', 'right', 'face']);
  });

  it('is looked for anew where the pose has it elsewhere', async () => {
    await next();
    scene.wrists[0] = [95, 90];
    const { looked } = await next();
    expect(looked).toEqual(['body', 'locate left', 'left', 'right', 'face']);
  });
});
