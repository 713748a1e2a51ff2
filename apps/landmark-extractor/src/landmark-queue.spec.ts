import type { ForwardItem } from '@a3cp/capture-domain';
import { at } from '@a3cp/testing';
import { beforeAll, describe, expect, it } from '@jest/globals';
import { Logger } from '@nestjs/common';
import { FakeDecoder } from '../../../test/support/fake-decoder.js';
import { FakeFinder, foundIn } from '../../../test/support/fake-finder.js';
import { jpegOf } from '../../../test/support/jpeg.js';
import { ManualClock } from '../../../test/support/manual-clock.js';
import type { LandmarkJob } from './landmark-job.js';
import { LandmarkQueue } from './landmark-queue.js';
import type { Picture } from './landmarks/picture.js';

/** A frame and its pixels, which all have the number of the frame. */
function frame(seq: number, capture_id = 'c1'): [ForwardItem, Picture] {
  const payload = jpegOf();
  const size = { width: 64, height: 48 };
  const numbers = { seq, timestamp_frame: new Date(at(seq * 66)), byte_length: payload.length };
  const item = { capture_id, ...numbers, payload, encoding: 'jpeg', ...size, user_id: 'u1', session_id: 's1' };
  return [item, { rgb: new Uint8Array(3 * size.width * size.height).fill(seq), ...size }];
}

const OWNER = { user_id: 'u1', session_id: 's1' };

function queueOf(finder: FakeFinder | null, clock = new ManualClock(), decoder = new FakeDecoder()): LandmarkQueue {
  return new LandmarkQueue(finder, decoder, clock);
}

function openIn(queue: LandmarkQueue, user_id = 'u1', session_id = 's1'): LandmarkJob {
  const job = queue.open({ user_id, session_id });
  if (!job) throw new Error('landmarks are looked for');
  return job;
}

function seqs(finder: FakeFinder): number[] {
  return finder.asked.map(({ seq }) => seq);
}

// what goes wrong here is meant to
beforeAll(() => void Logger.overrideLogger(false));

describe('the frames of a capture', () => {
  it('given that it runs, then the newest goes first and what it overtakes waits', async () => {
    const finder = new FakeFinder();
    const job = openIn(queueOf(finder));
    for (const seq of [1, 2, 3]) job.add(...frame(seq));
    await finder.answer();
    job.add(...frame(4));
    job.add(...frame(5));
    await finder.answer();
    await finder.answer();
    expect(seqs(finder)).toEqual([1, 3, 5]);
    expect(job.landmarks.latest?.seq).toBe(5);
    expect(job.landmarks.state).toBe('running');
  });

  it('given its end, then the newest is done, then in order those that were skipped, with a tracker of their own', async () => {
    const finder = new FakeFinder();
    const job = openIn(queueOf(finder));
    for (const seq of [1, 2, 3, 4]) job.add(...frame(seq));
    job.end();
    for (let answered = 0; answered < 3; answered++) await finder.answer();
    expect(job.landmarks.state).toBe('running');
    await finder.answer();
    expect(finder.asked.map(({ seq, tracker }) => [seq, tracker])).toEqual([
      [1, 1],
      [4, 1],
      [2, 2],
      [3, 2],
    ]);
    expect(finder.released).toEqual([1, 2]);
    expect(job.landmarks.state).toBe('complete');
    expect(job.landmarks.results.map(({ seq }) => seq)).toEqual([1, 2, 3, 4]);
    expect(job.landmarks.latest?.seq).toBe(4);
  });

  it('given that it runs, then a frame is looked at in the pixels it came with; one that was skipped is decoded again', async () => {
    const [finder, decoder] = [new FakeFinder(), new FakeDecoder()];
    const job = openIn(queueOf(finder, new ManualClock(), decoder));
    const frames = [1, 2, 3].map((seq) => frame(seq));
    for (const each of frames) job.add(...each);
    await finder.answer();
    job.end();
    for (let answered = 0; answered < 2; answered++) await finder.answer();
    expect(finder.asked.map(({ seq, picture }) => [seq, picture.rgb[0]])).toEqual([
      [1, 1],
      [3, 3],
      [2, 0xff],
    ]);
    expect(decoder.asked).toEqual([frames[1]?.[0].payload]);
  });

  it('given one without a picture, then the whole is not complete', async () => {
    const finder = new FakeFinder();
    const job = openIn(queueOf(finder));
    job.add(...frame(1));
    job.leaveOut();
    await finder.answer();
    job.end();
    expect(job.landmarks.state).toBe('failed');
    expect(job.landmarks.results.map(({ seq }) => seq)).toEqual([1]);
  });

  it('given none, then its end is all', () => {
    const job = openIn(queueOf(new FakeFinder()));
    job.end();
    expect(job.landmarks.state).toBe('complete');
  });

  it('given one that the finder fails on, then the rest is done with a new tracker and the whole is not complete', async () => {
    const finder = new FakeFinder();
    const job = openIn(queueOf(finder));
    job.add(...frame(1));
    await finder.answer('fail');
    job.add(...frame(2));
    await finder.answer();
    job.end();
    expect(finder.asked.map(({ tracker }) => tracker)).toEqual([1, 2]);
    expect(job.landmarks.state).toBe('failed');
    expect(job.landmarks.results.map(({ seq }) => seq)).toEqual([2]);
  });

  it('given up, then what waits is let go, and what is at work counts no more', async () => {
    const finder = new FakeFinder();
    const job = openIn(queueOf(finder));
    job.add(...frame(1));
    job.add(...frame(2));
    job.giveUp();
    expect(job.landmarks.state).toBe('failed');
    job.add(...frame(3));
    await finder.answer();
    expect(seqs(finder)).toEqual([1]);
    expect(job.landmarks.results).toEqual([]);
    expect(finder.released).toEqual([1]);
  });
});

describe('the numbers', () => {
  it('given frames that are done, then they count them, those with a person, and the rate since the first came', async () => {
    const finder = new FakeFinder();
    const clock = new ManualClock();
    finder.find = (seq) => foundIn(seq, seq === 2 ? ['pose', 'face'] : ['face']);
    const job = openIn(queueOf(finder, clock));
    expect(job.landmarks.numbers()).toMatchObject({ processed: 0, with_person: 0, landmark_rate: null });
    job.add(...frame(1));
    clock.advance(100);
    await finder.answer();
    expect(job.landmarks.numbers()).toMatchObject({ processed: 1, with_person: 1, landmark_rate: null });
    job.add(...frame(2));
    clock.advance(50);
    await finder.answer();
    clock.advance(1_000);
    expect(job.landmarks.numbers()).toMatchObject({ processed: 2, with_person: 1, landmark_rate: 13.33 });
  });

  it('given that the landmarks were dropped, then they are all that is left', async () => {
    const finder = new FakeFinder();
    const job = openIn(queueOf(finder));
    job.add(...frame(1));
    await finder.answer();
    job.end();
    const { landmarks } = job;
    landmarks.drop();
    expect(landmarks.numbers()).toMatchObject({ processed: 1, with_person: 1 });
    expect([landmarks.state, landmarks.latest, landmarks.results]).toEqual(['dropped', null, []]);
  });
});

describe('several captures', () => {
  it('given one thread, then they take turns', async () => {
    const finder = new FakeFinder();
    const queue = queueOf(finder);
    const [a, b] = [openIn(queue), openIn(queue)];
    for (const seq of [1, 2, 3]) a.add(...frame(seq, 'a'));
    for (const seq of [1, 2, 3]) b.add(...frame(seq, 'b'));
    a.end();
    b.end();
    for (let answered = 0; answered < 6; answered++) await finder.answer();
    expect(finder.asked.map(({ capture_id }) => capture_id).join('')).toBe('ababab');
  });

  it('given two threads, then two are worked on, and never two frames of one', async () => {
    const finder = new FakeFinder(2);
    const queue = queueOf(finder);
    const [a, b, c] = [openIn(queue), openIn(queue), openIn(queue)];
    a.add(...frame(1, 'a'));
    a.add(...frame(2, 'a'));
    expect(finder.asked).toHaveLength(1);
    b.add(...frame(1, 'b'));
    c.add(...frame(1, 'c'));
    expect(finder.asked.map(({ capture_id }) => capture_id)).toEqual(['a', 'b']);
    await finder.answer();
    expect(finder.asked.map(({ capture_id }) => capture_id)).toEqual(['a', 'b', 'c']);
  });

  it('of one user and of another, then the users take turns, then the sessions of each, then the captures of each', async () => {
    const finder = new FakeFinder();
    const queue = queueOf(finder);
    const jobs = [
      ['a', openIn(queue, 'u1', 's1')],
      ['b', openIn(queue, 'u1', 's1')],
      ['c', openIn(queue, 'u1', 's2')],
      ['d', openIn(queue, 'u2', 's3')],
    ] as const;
    for (const [letter, job] of jobs) {
      for (let seq = 1; seq <= 4; seq++) job.add(...frame(seq, letter));
      job.end();
    }
    for (let answered = 0; answered < 16; answered++) await finder.answer();
    // the first was taken before there was anything else
    expect(finder.asked.map(({ capture_id }) => capture_id).join('')).toBe('abdcdadcdbcacbab');
  });
});

describe('frames that wait', () => {
  const MEGABYTE = 1_000_000;

  /** So many frames of a megabyte each. */
  function fill(job: LandmarkJob, frames: number): void {
    for (let seq = 1; seq <= frames; seq++) {
      const [item, picture] = frame(seq);
      job.add({ ...item, byte_length: MEGABYTE }, picture);
    }
  }

  /** What was looked at in the end, without those that were dropped. */
  async function done(finder: FakeFinder, job: LandmarkJob): Promise<number[]> {
    job.end();
    while (job.landmarks.state === 'running') await finder.answer();
    return job.landmarks.results.map(({ seq }) => seq);
  }

  it('given more than 16 MB of one session, then it loses those that have waited longest, and says so', async () => {
    const finder = new FakeFinder();
    const job = openIn(queueOf(finder));
    // the first is at work at once
    fill(job, 1 + 16 + 2);
    const seqs = await done(finder, job);
    expect([seqs.length, seqs[0], seqs[1]]).toEqual([17, 1, 4]);
    expect(job.landmarks.state).toBe('failed');
  });

  it('given more than 32 MB of one user, then the session that has most loses; others lose nothing', async () => {
    const finder = new FakeFinder();
    const queue = queueOf(finder);
    const other = openIn(queue, 'u2', 's9');
    fill(other, 1 + 15);
    const jobs = ['s1', 's2', 's3'].map((session_id) => openIn(queue, 'u1', session_id));
    for (const job of jobs) fill(job, 14);
    for (const job of jobs) job.end();
    expect(await done(finder, other)).toHaveLength(16);
    expect(other.landmarks.state).toBe('complete');
    while (jobs.some(({ landmarks }) => landmarks.state === 'running')) await finder.answer();
    const looked_at = jobs.map(({ landmarks }) => landmarks.results.length);
    expect(looked_at.reduce((sum, each) => sum + each)).toBe(32);
  });

  it('given more than 256 MB of all, then the user who has most loses', async () => {
    const finder = new FakeFinder();
    const queue = queueOf(finder);
    const small = openIn(queue, 'small');
    fill(small, 1 + 5);
    const large = Array.from({ length: 18 }, (_, n) => openIn(queue, `large-${n}`));
    for (const job of large) fill(job, 16);
    expect(await done(finder, small)).toHaveLength(6);
    for (const job of large) job.end();
    while (large.some(({ landmarks }) => landmarks.state === 'running')) await finder.answer();
    const looked_at = large.map(({ landmarks }) => landmarks.results.length);
    expect(Math.max(...looked_at) - Math.min(...looked_at)).toBeLessThanOrEqual(4);
    expect(small.landmarks.state).toBe('complete');
  });

  it.each([
    ['12 MB of its session', [['u1', 's1', 12]], 'share_exceeded'],
    [
      '24 MB of its user',
      [
        ['u1', 's2', 12],
        ['u1', 's3', 12],
      ],
      'share_exceeded',
    ],
    ['192 MB of all', Array.from({ length: 16 }, (_, n) => [`of-${n}`, 's9', 12]), 'busy'],
  ] as [string, [string, string, number][], string][])(
    'given more than %s, then no capture of it may begin, until less waits',
    async (_what, holders, refusal) => {
      const finder = new FakeFinder();
      const queue = queueOf(finder);
      const first = openIn(queue, 'first', 's0');
      fill(first, 1);
      const jobs = holders.map(([user_id, session_id]) => openIn(queue, user_id, session_id));
      for (const [n, job] of jobs.entries()) fill(job, holders[n]?.[2] ?? 0);
      expect(queue.refusal(OWNER)).toBeNull();
      const last = jobs.at(-1);
      fill(last as LandmarkJob, 1);
      expect(queue.refusal(OWNER)).toBe(refusal);
      expect(queue.refusal({ user_id: 'other', session_id: 's1' })).toBe(refusal === 'busy' ? 'busy' : null);
      await finder.answer();
      expect(queue.refusal(OWNER)).toBeNull();
    },
  );

  it('given that their capture is over, then they keep no pixels', async () => {
    const [finder, decoder] = [new FakeFinder(), new FakeDecoder()];
    const queue = queueOf(finder, new ManualClock(), decoder);
    const [busy, over] = [openIn(queue), openIn(queue)];
    busy.add(...frame(1));
    over.add(...frame(2));
    over.end();
    await finder.answer();
    await finder.answer();
    expect(decoder.asked).toHaveLength(1);
    expect(over.landmarks.state).toBe('complete');
  });
});

describe('no landmarks are looked for', () => {
  it('without a finder', () => {
    expect(queueOf(null).open(OWNER)).toBeNull();
  });

  it('once the application stops, and what is not done is left out', async () => {
    const finder = new FakeFinder();
    const queue = queueOf(finder);
    const job = openIn(queue);
    job.add(...frame(1));
    await queue.onModuleDestroy();
    expect(finder.closed).toBe(true);
    expect(job.landmarks.state).toBe('failed');
    expect(queue.open(OWNER)).toBeNull();
  });
});
