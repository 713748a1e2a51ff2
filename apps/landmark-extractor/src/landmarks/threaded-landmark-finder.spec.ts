import type { ForwardItem } from '@a3cp/capture-domain';
import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import sharp from 'sharp';
import { fingerFrames, sampleFrames } from '../../../../test/support/sample-frames.js';
import type { FrameResult } from './frame-result.js';
import { LandmarkThread } from './landmark-thread.js';
import { ThreadedLandmarkFinder } from './threaded-landmark-finder.js';

// the models are loaded and run for real
const START = Date.UTC(2026, 0, 1);

function frame(payload: Buffer, size: Partial<ForwardItem> = {}): ForwardItem {
  const identity = { capture_id: 'c1', user_id: 'u1', session_id: 's1', seq: 7, timestamp_frame: new Date(START) };
  return { ...identity, payload, byte_length: payload.length, encoding: 'jpeg', width: 640, height: 480, ...size };
}

const SMALL = { width: 320, height: 240 };

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

  it('finds body and face of a frame, says which frame it was, and leaves its bytes alone', async () => {
    const [payload = Buffer.alloc(0)] = shoulders;
    const before = Buffer.from(payload);
    const result = await finder.track().find(frame(payload));

    expect(result).toMatchObject({ seq: 7, timestamp_frame: new Date(START), left_hand: null, right_hand: null });
    expect(result.pose).toHaveLength(33 * 4);
    expect(result.face).toHaveLength(468 * 3);
    expect(payload.equals(before)).toBe(true);
  });

  it('finds nobody in a picture of nobody', async () => {
    const result = await finder.track().find(frame(await grey()));
    expect(numbers(result)).toEqual([null, null, null, null]);
  });

  it('rejects what is not the picture announced, and goes on with the next', async () => {
    const [first = Buffer.alloc(0), second = Buffer.alloc(0)] = shoulders;
    const [tracker, other] = [finder.track(), finder.track()];
    await tracker.find(frame(first));
    for (const broken of [Buffer.from('no picture'), first.subarray(0, -100)]) {
      await expect(tracker.find(frame(broken))).rejects.toThrow('The picture cannot be decoded');
    }
    await expect(tracker.find(frame(first, SMALL))).rejects.toThrow('The picture cannot be decoded');

    await other.find(frame(first));
    expect(numbers(await tracker.find(frame(second)))).toEqual(numbers(await other.find(frame(second))));
  });

  it('follows its own person, whoever else the thread follows', async () => {
    const alone = finder.track();
    const expected: unknown[] = [];
    for (const payload of shoulders.slice(0, 3)) expected.push(numbers(await alone.find(frame(payload))));

    const [one, two] = [finder.track(), finder.track()];
    const found: unknown[] = [];
    for (const [n, payload] of shoulders.slice(0, 3).entries()) {
      const both = [one.find(frame(payload)), two.find(frame(fingers[n] ?? payload, SMALL))] as const;
      found.push(numbers(await both[0]));
      expect((await both[1]).left_hand).toHaveLength(21 * 3);
    }
    expect(found).toEqual(expected);
  });

  it('that is released is forgotten', async () => {
    const [first = Buffer.alloc(0), second = Buffer.alloc(0)] = shoulders;
    const fresh = numbers(await finder.track().find(frame(second)));
    const tracker = finder.track();
    await tracker.find(frame(first));
    tracker.release();
    tracker.release();
    expect(numbers(await tracker.find(frame(second)))).toEqual(fresh);
  });
});

describe('a thread', () => {
  const finders: ThreadedLandmarkFinder[] = [];
  afterEach(async () => {
    for (const finder of finders.splice(0)) await finder.close();
  });

  function made(finder: ThreadedLandmarkFinder): ThreadedLandmarkFinder {
    finders.push(finder);
    return finder;
  }

  /** A thread that does as its program says. */
  const running = (program: string): LandmarkThread => new LandmarkThread(new URL(`data:text/javascript,${program}`));
  const DEAF = 'import { parentPort } from "node:worker_threads"; parentPort.on("message", () => {});';
  const DIES =
    'import { parentPort } from "node:worker_threads"; parentPort.on("message", () => { throw Error("ill"); });';
  const LEAVES = 'import { parentPort } from "node:worker_threads"; parentPort.on("message", () => process.exit());';
  const item = frame(Buffer.alloc(1));

  it('that has the fewest trackers gets the next one, and keeps it', async () => {
    const threads: { told: number }[] = [];
    const start = (): LandmarkThread => {
      const thread = running(DEAF);
      const counted = { told: 0 };
      threads.push(counted);
      return Object.assign(thread, { find: () => Promise.resolve((counted.told += 1)) });
    };
    const finder = made(new ThreadedLandmarkFinder(2, start));
    expect(threads).toHaveLength(0);

    const [a, b, c] = [finder.track(), finder.track(), finder.track()];
    for (const tracker of [a, b, c, a]) await tracker.find(item);
    expect(threads).toEqual([{ told: 3 }, { told: 1 }]);

    a.release();
    c.release();
    await finder.track().find(item);
    expect(threads).toEqual([{ told: 4 }, { told: 1 }]);
  });

  it.each([
    ['dies', DIES],
    ['leaves', LEAVES],
    ['cannot start', 'import "nowhere";'],
  ])('that %s rejects what waits for it and is replaced for the trackers to come', async (_what, program) => {
    let starts = 0;
    const finder = made(
      new ThreadedLandmarkFinder(1, () => (starts++ === 0 ? running(program) : new LandmarkThread())),
    );
    const [lost, other] = [finder.track(), finder.track()];
    const both = await Promise.allSettled([lost.find(item), other.find(item)]);
    expect(both).toMatchObject([
      { status: 'rejected', reason: { message: 'The landmark thread is lost' } },
      { status: 'rejected', reason: { message: 'The landmark thread is lost' } },
    ]);
    await expect(lost.find(item)).rejects.toThrow('The landmark thread is lost');

    const [payload = Buffer.alloc(0)] = shoulders;
    const result = await finder.track().find(frame(payload));
    expect(result.face).not.toBeNull();
    lost.release();
    expect(starts).toBe(2);
  });

  it('is loaded before its first frame, if that is asked for', async () => {
    let starts = 0;
    const finder = made(new ThreadedLandmarkFinder(1, () => (starts++, new LandmarkThread())));
    await finder.load();
    const [payload = Buffer.alloc(0)] = shoulders;
    await finder.track().find(frame(payload));
    expect(starts).toBe(1);
  });

  it('that cannot be loaded is no secret', async () => {
    const finder = made(new ThreadedLandmarkFinder(1, () => running('import "nowhere";')));
    await expect(finder.load()).rejects.toThrow('The landmark thread is lost');
  });

  it('that is closed rejects what waits for it, and nothing of it is left', async () => {
    const finder = made(new ThreadedLandmarkFinder(2));
    const [payload = Buffer.alloc(0)] = shoulders;
    const waiting = [finder.track(), finder.track()].map((tracker) => tracker.find(frame(payload)));
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
