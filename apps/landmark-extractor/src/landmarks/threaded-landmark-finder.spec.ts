import type { ForwardItem } from '@a3cp/capture-domain';
import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { setImmediate } from 'node:timers/promises';
import sharp from 'sharp';
import { ManualClock } from '../../../../test/support/manual-clock.js';
import { fingerFrames, sampleFrames } from '../../../../test/support/sample-frames.js';
import { PictureDecoder } from '../picture-decoder.js';
import type { FrameResult } from './frame-result.js';
import type { LandmarkTracker } from './landmark-finder.js';
import { LandmarkThread } from './landmark-thread.js';
import type { Picture } from './picture.js';
import { ThreadedLandmarkFinder } from './threaded-landmark-finder.js';

// the models are loaded and run for real
const START = Date.UTC(2026, 0, 1);

function frame(payload: Buffer, size: Partial<ForwardItem> = {}): ForwardItem {
  const identity = { capture_id: 'c1', user_id: 'u1', session_id: 's1', seq: 7, timestamp_frame: new Date(START) };
  return { ...identity, payload, byte_length: payload.length, encoding: 'jpeg', width: 640, height: 480, ...size };
}

const SMALL = { width: 320, height: 240 };
const decoder = new PictureDecoder();

/** Decodes a frame and has it looked at. */
async function find(tracker: LandmarkTracker, item: ForwardItem): Promise<FrameResult> {
  const picture = await decoder.decode(item.payload, item.width, item.height);
  if (!picture) throw new Error('a fixture is broken');
  return tracker.find(item, picture);
}

/** Plain numbers: a thread's arrays are of another realm than a test's. */
function numbers({ pose, left_hand, right_hand, face }: FrameResult): (number[] | null)[] {
  return [pose, left_hand, right_hand, face].map((part) => part && Array.from(part));
}

let shoulders: Buffer[];
let fingers: Buffer[];

beforeAll(async () => {
  shoulders = await sampleFrames();
  fingers = await fingerFrames();
});

describe('a tracker', () => {
  const finder = new ThreadedLandmarkFinder(1);
  afterAll(() => finder.close());

  it('finds body and face of a frame, and says which frame it was', async () => {
    const [payload = Buffer.alloc(0)] = shoulders;
    const result = await find(finder.track(), frame(payload));

    expect(result).toMatchObject({ seq: 7, timestamp_frame: new Date(START), left_hand: null, right_hand: null });
    expect(result.pose).toHaveLength(33 * 4);
    expect(result.face).toHaveLength(468 * 3);
  });

  it('finds nobody in a picture of nobody', async () => {
    const result = await find(finder.track(), frame(await grey()));
    expect(numbers(result)).toEqual([null, null, null, null]);
  });

  it('follows its own person, whoever else the thread follows', async () => {
    const alone = finder.track();
    const expected: unknown[] = [];
    for (const payload of shoulders.slice(0, 3)) expected.push(numbers(await find(alone, frame(payload))));

    const [one, two] = [finder.track(), finder.track()];
    const found: unknown[] = [];
    for (const [n, payload] of shoulders.slice(0, 3).entries()) {
      const both = [find(one, frame(payload)), find(two, frame(fingers[n] ?? payload, SMALL))] as const;
      found.push(numbers(await both[0]));
      expect((await both[1]).left_hand).toHaveLength(21 * 3);
    }
    expect(found).toEqual(expected);
  });

  it('that is released is forgotten', async () => {
    const [first = Buffer.alloc(0), second = Buffer.alloc(0)] = shoulders;
    const fresh = numbers(await find(finder.track(), frame(second)));
    const tracker = finder.track();
    await find(tracker, frame(first));
    tracker.release();
    tracker.release();
    expect(numbers(await find(tracker, frame(second)))).toEqual(fresh);
  });
});

describe('a thread', () => {
  const clock = new ManualClock();
  const finders: ThreadedLandmarkFinder[] = [];
  afterEach(async () => {
    for (const finder of finders.splice(0)) await finder.close();
  });

  function made(finder: ThreadedLandmarkFinder): ThreadedLandmarkFinder {
    finders.push(finder);
    return finder;
  }

  /** A thread that does as its program says. */
  const running = (program: string): LandmarkThread =>
    new LandmarkThread(clock, new URL(`data:text/javascript,${program}`));
  const DEAF = 'import { parentPort } from "node:worker_threads"; parentPort.on("message", () => {});';
  const DIES =
    'import { parentPort } from "node:worker_threads"; parentPort.on("message", () => { throw Error("ill"); });';
  const LEAVES = 'import { parentPort } from "node:worker_threads"; parentPort.on("message", () => process.exit());';
  const NOTHING = 'landmarks: { pose: null, left_hand: null, right_hand: null, face: null }';
  const ANSWERS =
    'import { parentPort } from "node:worker_threads"; parentPort.postMessage({ type: "loaded" });' +
    `parentPort.on("message", ({ id }) => parentPort.postMessage({ type: "found", id, ${NOTHING} }));`;
  const ANSWERS_THE_ONE_BEFORE =
    'import { parentPort } from "node:worker_threads"; parentPort.postMessage({ type: "loaded" }); let before;' +
    `parentPort.on("message", ({ id }) => { if (before !== undefined)` +
    ` parentPort.postMessage({ type: "found", id: before, ${NOTHING} }); before = id; });`;
  /** A frame of one pixel. */
  const tiny = (): [ForwardItem, Picture] => [frame(Buffer.alloc(1)), { rgb: new Uint8Array(3), width: 1, height: 1 }];

  it('that has the fewest trackers gets the next one, and keeps it', async () => {
    const threads: { told: number }[] = [];
    const start = (): LandmarkThread => {
      const thread = running(DEAF);
      const counted = { told: 0 };
      threads.push(counted);
      return Object.assign(thread, { find: () => Promise.resolve((counted.told += 1)) });
    };
    const finder = made(new ThreadedLandmarkFinder(2, clock, start));
    expect(threads).toHaveLength(0);

    const [a, b, c] = [finder.track(), finder.track(), finder.track()];
    for (const tracker of [a, b, c, a]) await tracker.find(...tiny());
    expect(threads).toEqual([{ told: 3 }, { told: 1 }]);

    a.release();
    c.release();
    await finder.track().find(...tiny());
    expect(threads).toEqual([{ told: 4 }, { told: 1 }]);
  });

  it.each([
    ['dies', DIES],
    ['leaves', LEAVES],
    ['cannot start', 'import "nowhere";'],
  ])('that %s rejects what waits for it and is replaced for the trackers to come', async (_what, program) => {
    let starts = 0;
    const finder = made(
      new ThreadedLandmarkFinder(1, clock, () => (starts++ === 0 ? running(program) : new LandmarkThread(clock))),
    );
    const [lost, other] = [finder.track(), finder.track()];
    const both = await Promise.allSettled([lost.find(...tiny()), other.find(...tiny())]);
    expect(both).toMatchObject([
      { status: 'rejected', reason: { message: 'The landmark thread is lost' } },
      { status: 'rejected', reason: { message: 'The landmark thread is lost' } },
    ]);
    await expect(lost.find(...tiny())).rejects.toThrow('The landmark thread is lost');

    const [payload = Buffer.alloc(0)] = shoulders;
    const result = await find(finder.track(), frame(payload));
    expect(result.face).not.toBeNull();
    lost.release();
    expect(starts).toBe(2);
  });

  it.each([
    [
      'never ends a frame',
      'import { parentPort } from "node:worker_threads"; parentPort.on("message", () => { for (;;); });',
    ],
    ['waits for ever', 'Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0);'],
    ['never loads its models', 'for (;;);'],
  ])('that %s is terminated after 30 s, rejects what waits for it and is replaced', async (_what, program) => {
    let starts = 0;
    const finder = made(new ThreadedLandmarkFinder(1, clock, () => running(starts++ === 0 ? program : ANSWERS)));
    const tracker = finder.track();
    const found = tracker.find(...tiny());
    clock.advance(29_000);
    expect(tracker.lost).toBe(false);
    clock.advance(1_000);
    await expect(found).rejects.toMatchObject({
      message: 'The landmark thread is lost',
      cause: { message: 'A landmark thread did not answer for 30 s and is terminated' },
    });
    expect([tracker.lost, clock.running]).toEqual([true, 0]);
    while (process.getActiveResourcesInfo().includes('MessagePort')) await setImmediate();

    expect(await finder.track().find(...tiny())).toMatchObject({ seq: 7, pose: null });
    expect(starts).toBe(2);
  });

  it('that is slow has 30 s for each answer, and none while it owes no answer', async () => {
    const finder = made(new ThreadedLandmarkFinder(1, clock, () => running(ANSWERS_THE_ONE_BEFORE)));
    const tracker = finder.track();
    let found = tracker.find(...tiny());
    for (let frames = 0; frames < 3; frames++) {
      clock.advance(29_000);
      const next = tracker.find(...tiny());
      await found;
      found = next;
    }
    clock.advance(29_000);
    expect(tracker.lost).toBe(false);
    tracker.release();
    await found;
    clock.advance(60_000);
    expect([tracker.lost, clock.running]).toEqual([false, 0]);
  });

  it('is loaded before its first frame, if that is asked for', async () => {
    let starts = 0;
    const finder = made(new ThreadedLandmarkFinder(1, clock, () => (starts++, new LandmarkThread(clock))));
    await finder.load();
    const [payload = Buffer.alloc(0)] = shoulders;
    await find(finder.track(), frame(payload));
    expect(starts).toBe(1);
  });

  it('that cannot be loaded is no secret', async () => {
    const finder = made(new ThreadedLandmarkFinder(1, clock, () => running('import "nowhere";')));
    await expect(finder.load()).rejects.toThrow('The landmark thread is lost');
  });

  it('that is closed rejects what waits for it, and nothing of it is left', async () => {
    const finder = made(new ThreadedLandmarkFinder(2));
    const [payload = Buffer.alloc(0)] = shoulders;
    const pictures = await Promise.all([1, 2].map(() => decoder.decode(payload, 640, 480)));
    const waiting = pictures.flatMap((picture) => (picture ? finder.track().find(frame(payload), picture) : []));
    const settled = Promise.allSettled(waiting);
    await finder.close();

    expect((await settled).map(({ status }) => status)).toEqual(['rejected', 'rejected']);
    expect(() => finder.track()).toThrow('The landmark finder is closed');
    expect(process.getActiveResourcesInfo()).not.toContain('MessagePort');
  });
});

function grey(): Promise<Buffer> {
  return sharp({ create: { width: 640, height: 480, channels: 3, background: '#777' } })
    .jpeg()
    .toBuffer();
}
