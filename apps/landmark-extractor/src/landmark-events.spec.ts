import { describe, expect, it } from '@jest/globals';
import { foundIn } from '../../../test/support/fake-finder.js';
import { ManualClock } from '../../../test/support/manual-clock.js';
import { CaptureLandmarks } from './capture-landmarks.js';
import { LandmarkEvents } from './landmark-events.js';
import { toFrameLandmarks } from './landmarks/frame-landmarks.js';
import type { FrameResult } from './landmarks/frame-result.js';

const END = 'event: end\ndata: {}\n\n';

function result(seq: number): FrameResult {
  return { seq, timestamp_frame: new Date(0), ...foundIn(seq, ['face', 'pose']) };
}

function eventOf(result: FrameResult): Buffer {
  return Buffer.from(`data: ${JSON.stringify(toFrameLandmarks(result))}\n\n`);
}

/** A reader that takes what there is, when it asks for the next message. */
function readerOf(landmarks: CaptureLandmarks) {
  const events = new LandmarkEvents(landmarks, eventOf).setEncoding('utf8');
  const chunks = events.iterator({ destroyOnReturn: false });
  let unread = '';
  /** The `seq` of a message with landmarks, else the message. */
  const next = async (): Promise<string | number> => {
    while (!unread.includes('\n\n')) unread += ((await chunks.next()) as { value: string }).value;
    const end = unread.indexOf('\n\n') + 2;
    const message = unread.slice(0, end);
    unread = unread.slice(end);
    const [, data] = /^data: (.*)\n\n$/.exec(message) ?? [];
    return data === undefined ? message : (JSON.parse(data) as FrameResult).seq;
  };
  return { events, next };
}

describe('LandmarkEvents', () => {
  it('begins at once, with a comment', async () => {
    const { next } = readerOf(new CaptureLandmarks(new ManualClock()));
    expect(await next()).toBe(': the latest landmarks\n\n');
  });

  it('given a reader that waits, then it gets each result when it comes, and the end', async () => {
    const landmarks = new CaptureLandmarks(new ManualClock());
    const { events, next } = readerOf(landmarks);
    await next();
    for (const seq of [1, 2]) {
      const message = next();
      landmarks.add(result(seq));
      expect(await message).toBe(seq);
    }
    const message = next();
    landmarks.end('complete');
    expect(await message).toBe(END);
    expect(await events.toArray()).toEqual([]);
  });

  it('given a slow reader, then it misses all but the latest, and holds no more than one message', async () => {
    const landmarks = new CaptureLandmarks(new ManualClock());
    const { events, next } = readerOf(landmarks);
    await next();
    const first = next();
    landmarks.add(result(1));
    expect(await first).toBe(1);
    for (let seq = 2; seq <= 100; seq++) landmarks.add(result(seq));
    landmarks.end('complete');
    const one_message = JSON.stringify(toFrameLandmarks(result(100))).length + 'data: \n\n'.length;
    expect(events.readableLength).toBeLessThanOrEqual(one_message);
    // the one that was ready when it fell behind, and the latest
    expect([await next(), await next(), await next()]).toEqual([2, 100, END]);
  });

  it('given frames that were skipped and are done later, then it tells nothing of them', async () => {
    const landmarks = new CaptureLandmarks(new ManualClock());
    const { next } = readerOf(landmarks);
    await next();
    landmarks.add(result(2));
    expect(await next()).toBe(2);
    landmarks.add(result(1));
    landmarks.end('complete');
    expect(await next()).toBe(END);
  });

  it.each(['complete', 'failed'] as const)(
    'given that it is %s, then it is the newest frame and the end',
    async (state) => {
      const landmarks = new CaptureLandmarks(new ManualClock());
      landmarks.add(result(1));
      landmarks.add(result(2));
      landmarks.end(state);
      const { next } = readerOf(landmarks);
      await next();
      expect(await next()).toBe(2);
      expect(await next()).toBe(END);
    },
  );

  it('given that it is dropped meanwhile, then it is the end', async () => {
    const landmarks = new CaptureLandmarks(new ManualClock());
    const { next } = readerOf(landmarks);
    await next();
    const message = next();
    landmarks.drop();
    expect(await message).toBe(END);
  });

  it('given that its reader is gone, then it listens no more', async () => {
    const landmarks = new CaptureLandmarks(new ManualClock());
    const { events } = readerOf(landmarks);
    expect(landmarks.changes.listenerCount('change')).toBe(1);
    events.destroy();
    expect(landmarks.changes.listenerCount('change')).toBe(0);
  });
});
