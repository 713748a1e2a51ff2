import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { readFile } from 'node:fs/promises';
import { fingerFrames, sampleFrames } from '../../../../test/support/sample-frames.js';
import { PictureDecoder } from '../picture-decoder.js';
import type { FrameResult } from './frame-result.js';
import { ThreadedLandmarkFinder } from './threaded-landmark-finder.js';

// the models are loaded and run for real
type Part = 'pose' | 'left_hand' | 'right_hand' | 'face';

/** Three frames in a row as the prototype saw them; fixtures/README.md says how, and what the numbers are. */
interface Run {
  readonly pictures: 'sample' | 'fingers' | 'mirrored';
  readonly first: number;
  readonly frames: readonly Readonly<Record<Part, readonly number[] | null>>[];
}

interface Distances {
  /** Pixels in the picture. */
  readonly place: number[];
  /** Pixels of depth. */
  readonly depth: number[];
  readonly visibility: number[];
}

const SIZES = { sample: [640, 480], fingers: [320, 240], mirrored: [320, 240] } as const;
const PARTS: readonly Part[] = ['pose', 'left_hand', 'right_hand', 'face'];
/** Every so-manieth point of a part is in the fixture. */
const FACE_STEP = 12;

const finder = new ThreadedLandmarkFinder(1);
const decoder = new PictureDecoder();
const distances = new Map<Part, Distances>();
const presence: { readonly expected: Part[]; readonly found: Part[] }[] = [];

beforeAll(async () => {
  const fixture = new URL('../../fixtures/prototype-landmarks.json', import.meta.url);
  const runs = JSON.parse(await readFile(fixture, 'utf8')) as Run[];
  const pictures = {
    sample: await sampleFrames(),
    fingers: await fingerFrames(),
    mirrored: await fingerFrames({ mirrored: true }),
  };
  for (const run of runs) await follow(run, pictures[run.pictures]);
});

afterAll(() => finder.close());

async function follow({ pictures, first, frames }: Run, jpegs: readonly Buffer[]): Promise<void> {
  const tracker = finder.track();
  const [width, height] = SIZES[pictures];
  for (const [n, expected] of frames.entries()) {
    const payload = jpegs[first + n] ?? Buffer.alloc(0);
    const identity = { capture_id: 'c1', user_id: 'u1', session_id: 's1', seq: n + 1, timestamp_frame: new Date(0) };
    const picture = await decoder.decode(payload, width, height);
    if (!picture) throw new Error('a fixture is broken');
    const item = { ...identity, payload, byte_length: payload.length, encoding: 'jpeg', width, height };
    const found = await tracker.find(item, picture);
    presence.push({
      expected: PARTS.filter((part) => expected[part] !== null),
      found: PARTS.filter((part) => found[part] !== null),
    });
    for (const part of PARTS) compare(part, expected[part], found, width, height);
  }
  tracker.release();
}

function compare(part: Part, expected: readonly number[] | null, found: FrameResult, width: number, height: number) {
  const numbers = found[part];
  if (expected === null || numbers === null) return;
  const stride = part === 'pose' ? 4 : 3;
  const step = part === 'face' ? FACE_STEP : 1;
  const into = distances.get(part) ?? { place: [], depth: [], visibility: [] };
  distances.set(part, into);
  for (let point = 0; point * stride < expected.length; point++) {
    const [x = NaN, y = NaN, z = NaN, seen = NaN] = expected.slice(point * stride);
    const [u = NaN, v = NaN, depth = NaN, visibility = NaN] = numbers.subarray(point * step * stride);
    into.place.push(Math.hypot(u * width - x, v * height - y));
    into.depth.push(Math.abs(depth * width - z));
    if (part === 'pose') into.visibility.push(Math.abs(visibility - seen));
  }
}

function median(values: readonly number[]): number {
  return [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)] ?? NaN;
}

describe('against the prototype', () => {
  it('the same parts are found in each of 30 frames', () => {
    expect(presence).toHaveLength(30);
    expect(presence.map(({ found }) => found)).toEqual(presence.map(({ expected }) => expected));
  });

  it.each<[part: Part, points: number]>([
    ['pose', 30 * 33],
    ['left_hand', 12 * 21],
    ['right_hand', 6 * 21],
    ['face', 30 * 39],
  ])('the median point of %s is less than half a pixel away, in the picture and in depth', (part, points) => {
    const { place = [], depth = [] } = distances.get(part) ?? {};
    expect(place).toHaveLength(points);
    expect(median(place)).toBeLessThan(0.5);
    expect(median(depth)).toBeLessThan(0.5);
  });

  it('the median visibility is the same to a hundredth', () => {
    expect(median(distances.get('pose')?.visibility ?? [])).toBeLessThan(0.01);
  });
});
