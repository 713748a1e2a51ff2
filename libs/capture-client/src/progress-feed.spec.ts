import { describe, expect, it } from '@jest/globals';
import { setImmediate } from 'node:timers/promises';
import { DEFAULT_CLIENT_LIMITS } from './client-limits.js';
import type { CaptureProgress } from './capture-progress.js';
import { ProgressFeed } from './progress-feed.js';

const OPENED: CaptureProgress = { kind: 'opened', limits: DEFAULT_CLIENT_LIMITS, deadline_ms: 25_000 };
const CLOSING: CaptureProgress = { kind: 'closing' };

function sent(frames_sent: number): CaptureProgress {
  return { kind: 'progress', frames_sent, frames_skipped: 0, bytes_sent: 0, frames_delivered: null, elapsed_ms: 0 };
}

async function all(feed: ProgressFeed): Promise<CaptureProgress[]> {
  const read: CaptureProgress[] = [];
  for await (const progress of feed) read.push(progress);
  return read;
}

describe('ProgressFeed', () => {
  it('gives a reader who keeps up everything, in order', async () => {
    const feed = new ProgressFeed();
    const reading = all(feed);
    for (const progress of [sent(1), OPENED, sent(2), sent(3), CLOSING]) {
      feed.tell(progress);
      await setImmediate();
    }
    feed.end();

    expect(await reading).toEqual([sent(1), OPENED, sent(2), sent(3), CLOSING]);
  });

  it('keeps the latest of each kind, and no more, for a reader who comes late', async () => {
    const feed = new ProgressFeed();
    for (const progress of [sent(1), OPENED, ...Array.from({ length: 1_000 }, (_, n) => sent(n)), CLOSING]) {
      feed.tell(progress);
    }
    feed.end();

    expect(await all(feed)).toEqual([OPENED, sent(999), CLOSING]);
  });

  it('gives each reader all of it', async () => {
    const feed = new ProgressFeed();
    const readers = [all(feed), all(feed)];
    await setImmediate();
    feed.tell(sent(1));
    feed.end();

    expect(await Promise.all(readers)).toEqual([[sent(1)], [sent(1)]]);
  });

  it('ends for a reader who waits', async () => {
    const feed = new ProgressFeed();
    const reading = all(feed);
    await setImmediate();
    feed.end();

    expect(await reading).toEqual([]);
  });
});
