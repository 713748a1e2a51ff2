import type { ForwardItem, StreamEnd, StreamOpen } from '@a3cp/capture-domain';
import type { ExtractorStream } from '@a3cp/landmark-forwarders';
import { describe, expect, it } from '@jest/globals';
import { FakeDecoder } from '../../../test/support/fake-decoder.js';
import { FakeFinder } from '../../../test/support/fake-finder.js';
import { ManualClock } from '../../../test/support/manual-clock.js';
import { DecodeQueue } from './decode-queue.js';
import { LandmarkQueue } from './landmark-queue.js';
import { ReferenceExtractor } from './reference-extractor.js';

const MINUTE = 60_000;
const START = new Date('2026-01-01T00:00:00.000Z');

interface Parts {
  readonly clock?: ManualClock;
  readonly finder?: FakeFinder | null;
  readonly decoder?: FakeDecoder;
}

function extractorOf({ clock = new ManualClock(), finder = null, decoder = new FakeDecoder() }: Parts = {}) {
  return new ReferenceExtractor(clock, new DecodeQueue(decoder, clock), new LandmarkQueue(finder, decoder, clock));
}

/** A decoder that answers when it is told to. */
function slowDecoder(): FakeDecoder {
  return Object.assign(new FakeDecoder(), { answers: 'when told' });
}

/** What the fake decoder makes of these is as bright as their bytes. */
const DARK = Buffer.alloc(100, 40);
const BRIGHT = Buffer.alloc(120, 200);

function opening(capture_id: string, user_id = 'u1'): StreamOpen {
  return {
    capture_id,
    user_id,
    session_id: 's1',
    record_id: 'r1',
    schema_version: '1.0.1',
    timestamp_start: START,
    fps_target: 15,
    width: 64,
    height: 48,
    encoding: 'jpeg',
  };
}

function frame(capture_id: string, seq: number, payload = DARK, byte_length = payload.length): ForwardItem {
  const timestamp_frame = new Date(START.getTime() + seq * 66);
  const picture = { encoding: 'jpeg', width: 64, height: 48 };
  return { capture_id, seq, timestamp_frame, payload, byte_length, ...picture, user_id: 'u1', session_id: 's1' };
}

function ending(capture_id: string): StreamEnd {
  return {
    event: 'capture.close',
    capture_id,
    record_id: 'r2',
    timestamp_end: new Date(START.getTime() + 5_000),
    error_code: null,
    frame_count: 2,
    last_seq: 2,
  };
}

/** What a promise has come to by now. */
async function stateOf(promise: Promise<unknown> | undefined): Promise<'pending' | 'resolved' | 'rejected'> {
  const pending = Symbol('pending');
  return Promise.race([promise, Promise.resolve(pending)]).then(
    (value) => (value === pending ? 'pending' : 'resolved'),
    () => 'rejected' as const,
  );
}

describe('the summary', () => {
  it('has the numbers of the capture and nothing of its pictures', async () => {
    const extractor = extractorOf();
    const stream = await extractor.open(opening('c1'));
    await stream.frame(frame('c1', 1, DARK));
    await stream.frame(frame('c1', 2, BRIGHT));
    const numbers = {
      capture_id: 'c1',
      user_id: 'u1',
      session_id: 's1',
      frame_count: 2,
      byte_count: 220,
      first_seq: 1,
      last_seq: 2,
      broken_count: 0,
      mean_luma: 120,
      landmark_state: 'off',
      processed: 0,
      with_person: 0,
      landmark_rate: null,
    };
    await extractor.caughtUp('c1');
    expect(extractor.find('c1')).toEqual({ ...numbers, terminal: null });
    await stream.end(ending('c1'));
    const terminal = { event: 'capture.close', error_code: null, timestamp_end: '2026-01-01T00:00:05.000Z' };
    expect(extractor.find('c1')).toEqual({ ...numbers, terminal });
  });

  it('of a capture without frames has no brightness', async () => {
    const extractor = extractorOf();
    await extractor.open(opening('c1'));
    await extractor.caughtUp('c1');
    expect(extractor.find('c1')).toMatchObject({ frame_count: 0, first_seq: 0, last_seq: 0, mean_luma: null });
  });

  it('says gateway_lost, at the last frame, where the stream broke; a later end changes nothing', async () => {
    const extractor = extractorOf();
    const stream = await extractor.open(opening('c1'));
    await stream.frame(frame('c1', 1));
    stream.lost();
    await stream.end(ending('c1'));
    const terminal = { event: 'capture.abort', error_code: 'gateway_lost', timestamp_end: '2026-01-01T00:00:00.066Z' };
    expect(extractor.find('c1')?.terminal).toEqual(terminal);
  });

  it('keeps the first end where it comes twice', async () => {
    const extractor = extractorOf();
    const stream = await extractor.open(opening('c1'));
    await stream.end(ending('c1'));
    const { terminal } = extractor.find('c1') ?? {};
    await stream.end({ ...ending('c1'), event: 'capture.abort', error_code: 'forward_failed' });
    stream.lost();
    expect(extractor.find('c1')?.terminal).toEqual(terminal);
  });
});

describe('a frame is owned', () => {
  it('before it is decoded, and its capture can end before that too', async () => {
    const decoder = slowDecoder();
    const extractor = extractorOf({ decoder });
    const stream = await extractor.open(opening('c1'));
    await stream.frame(frame('c1', 1));
    await stream.frame(frame('c1', 2, BRIGHT));
    await stream.end(ending('c1'));
    const terminal = { event: 'capture.close' };
    expect(extractor.find('c1')).toMatchObject({ frame_count: 2, mean_luma: null, terminal });

    const caughtUp = extractor.caughtUp('c1');
    await decoder.answer();
    expect(await stateOf(caughtUp)).toBe('pending');
    expect(extractor.find('c1')).toMatchObject({ frame_count: 2, mean_luma: 40, terminal });
    await decoder.answer();
    await caughtUp;
    expect(extractor.find('c1')).toMatchObject({ frame_count: 2, mean_luma: 120, broken_count: 0, terminal });
  });

  it('as soon as there is room, which the capture has for eight that are not decoded', async () => {
    const decoder = slowDecoder();
    const stream = await extractorOf({ decoder }).open(opening('c1'));
    for (let seq = 1; seq <= 8; seq++) await stream.frame(frame('c1', seq));
    const ninth = stream.frame(frame('c1', 9));
    expect(await stateOf(ninth)).toBe('pending');
    await decoder.answer();
    await ninth;
  });

  it('not any more once the gateway is lost: one that waits for room is refused', async () => {
    const decoder = slowDecoder();
    const extractor = extractorOf({ decoder });
    const stream = await extractor.open(opening('c1'));
    for (let seq = 1; seq <= 8; seq++) await stream.frame(frame('c1', seq));
    const refused = expect(stream.frame(frame('c1', 9))).rejects.toMatchObject({ code: 'unknown_capture' });
    stream.lost();
    await refused;
    await decoder.answer();
    expect(extractor.find('c1')).toMatchObject({ frame_count: 8, last_seq: 8 });
  });
});

describe('a frame is refused', () => {
  async function opened(): Promise<ExtractorStream> {
    return extractorOf().open(opening('c1'));
  }

  it('as bad_seq, unless it is the next one', async () => {
    const stream = await opened();
    await expect(stream.frame(frame('c1', 2))).rejects.toMatchObject({ code: 'bad_seq' });
    await stream.frame(frame('c1', 1));
    await expect(stream.frame(frame('c1', 1))).rejects.toMatchObject({ code: 'bad_seq' });
    await stream.frame(frame('c1', 2));
  });

  it('as unknown_capture, if it is of another capture or comes after the end', async () => {
    const stream = await opened();
    await expect(stream.frame(frame('c2', 1))).rejects.toMatchObject({ code: 'unknown_capture' });
    await expect(stream.end(ending('c2'))).rejects.toMatchObject({ code: 'unknown_capture' });
    await stream.end(ending('c1'));
    await expect(stream.frame(frame('c1', 1))).rejects.toMatchObject({ code: 'unknown_capture' });
  });

  it('as length_mismatch, if its header and its bytes disagree', async () => {
    const stream = await opened();
    const item = frame('c1', 1, DARK, DARK.length + 1);
    await expect(stream.frame(item)).rejects.toMatchObject({ code: 'length_mismatch' });
  });
});

describe('a picture that turns out to be broken', () => {
  it('fails the stream: the frame that waits for room and all that follow are refused, and the end is taken', async () => {
    const decoder = slowDecoder();
    const extractor = extractorOf({ decoder });
    const stream = await extractor.open(opening('c1'));
    for (let seq = 1; seq <= 8; seq++) await stream.frame(frame('c1', seq));
    const refused = expect(stream.frame(frame('c1', 9))).rejects.toMatchObject({ code: 'frame_undecodable' });
    await decoder.answer('broken');
    expect(await stream.failed).toBe('frame_undecodable');
    await refused;
    await expect(stream.frame(frame('c1', 9))).rejects.toMatchObject({ code: 'frame_undecodable' });
    await stream.end({ ...ending('c1'), event: 'capture.abort', error_code: 'forward_failed' });
    expect(extractor.find('c1')).toMatchObject({
      frame_count: 8,
      broken_count: 1,
      terminal: { event: 'capture.abort', error_code: 'forward_failed' },
    });
  });

  it('refuses a close that crosses the news on the way, and the capture is no completed one', async () => {
    const decoder = slowDecoder();
    const extractor = extractorOf({ decoder });
    const stream = await extractor.open(opening('c1'));
    await stream.frame(frame('c1', 1));
    await decoder.answer('broken');
    await expect(stream.end(ending('c1'))).rejects.toMatchObject({ code: 'frame_undecodable' });
    stream.lost();
    expect(extractor.find('c1')?.terminal).toMatchObject({ event: 'capture.abort', error_code: 'forward_failed' });
  });

  it('after the end is counted, and the end stays', async () => {
    const decoder = slowDecoder();
    const extractor = extractorOf({ decoder });
    const stream = await extractor.open(opening('c1'));
    await stream.frame(frame('c1', 1));
    await stream.end(ending('c1'));
    await decoder.answer('broken');
    expect(extractor.find('c1')).toMatchObject({ broken_count: 1, terminal: { event: 'capture.close' } });
  });
});

describe('a capture of which nothing comes for more than 30 s', () => {
  it('ends as lost, and its gateway is told', async () => {
    const clock = new ManualClock();
    const extractor = extractorOf({ clock });
    const stream = await extractor.open(opening('c1'));
    clock.advance(20_000);
    await stream.frame(frame('c1', 1));
    clock.advance(30_000);
    expect(extractor.find('c1')?.terminal).toBeNull();
    clock.advance(10_000);
    expect(await stream.failed).toBe('unknown_capture');
    expect(extractor.find('c1')?.terminal).toMatchObject({ event: 'capture.abort', error_code: 'gateway_lost' });
    await expect(stream.frame(frame('c1', 2))).rejects.toMatchObject({ code: 'unknown_capture' });
  });
});

describe('what is remembered', () => {
  it('is forgotten more than ten minutes after the end, and no timer is left', async () => {
    const clock = new ManualClock();
    const extractor = extractorOf({ clock });
    const stream = await extractor.open(opening('c1'));
    clock.advance(20_000);
    await stream.end(ending('c1'));
    clock.advance(10 * MINUTE);
    expect(extractor.find('c1')).toBeDefined();
    clock.advance(1);
    expect(extractor.find('c1')).toBeUndefined();
    clock.advance(MINUTE);
    expect(clock.running).toBe(0);
  });

  it('is at most 1,000 captures: the one that ended first makes room, a running one never', async () => {
    const clock = new ManualClock();
    const extractor = extractorOf({ clock });
    const streams: ExtractorStream[] = [];
    const open = (capture_id: string, n: number) => extractor.open(opening(capture_id, `u${n % 10}`));
    for (let n = 0; n < 1_000; n++) streams.push(await open(`c${n}`, n));
    await expect(open('one more', 11)).rejects.toMatchObject({ code: 'busy' });

    await streams[7]?.end(ending('c7'));
    clock.advance(1);
    await streams[3]?.end(ending('c3'));
    await open('one more', 7);
    expect(extractor.find('c7')).toBeUndefined();
    expect(extractor.find('c3')).toBeDefined();
    await open('and another', 3);
    expect(extractor.find('c3')).toBeUndefined();
    expect(extractor.find('c0')).toBeDefined();
  });

  it('of a capture_id that its owner uses again is the new capture', async () => {
    const extractor = extractorOf();
    const first = await extractor.open(opening('c1'));
    await first.frame(frame('c1', 1));
    await first.end(ending('c1'));
    await extractor.open(opening('c1'));
    first.lost();
    expect(extractor.find('c1')).toMatchObject({ frame_count: 0, terminal: null });
  });

  it('of a capture_id that runs is refused to its owner, too, and goes on', async () => {
    const extractor = extractorOf();
    const first = await extractor.open(opening('c1'));
    await first.frame(frame('c1', 1));
    await expect(extractor.open(opening('c1'))).rejects.toMatchObject({ code: 'duplicate_capture' });
    await first.frame(frame('c1', 2));
    expect(extractor.find('c1')).toMatchObject({ frame_count: 2, terminal: null });
    first.lost();
    await extractor.open(opening('c1'));
  });

  it.each([
    ['user', { user_id: 'mallory' }],
    ['session', { session_id: 's2' }],
  ])('is never replaced by another %s, while it runs and until it is forgotten', async (_whose, other) => {
    const clock = new ManualClock();
    const extractor = extractorOf({ clock });
    const stream = await extractor.open(opening('c1'));
    await stream.frame(frame('c1', 1));
    const theirs = { ...opening('c1'), ...other };
    await expect(extractor.open(theirs)).rejects.toMatchObject({ code: 'duplicate_capture' });
    await stream.end(ending('c1'));
    await expect(extractor.open(theirs)).rejects.toMatchObject({ code: 'duplicate_capture' });
    expect(extractor.find('c1')).toMatchObject({ user_id: 'u1', session_id: 's1', frame_count: 1 });
    clock.advance(10 * MINUTE + 1);
    await extractor.open(theirs);
    expect(extractor.find('c1')).toMatchObject({ ...other, frame_count: 0 });
  });
});

describe('the captures that run', () => {
  it('are at most 20 while landmarks are looked for: one more is busy, until one ends, whatever waits of it', async () => {
    const extractor = extractorOf({ finder: new FakeFinder() });
    const streams: ExtractorStream[] = [];
    for (let n = 0; n < 20; n++) streams.push(await extractor.open(opening(`c${n}`, `u${n}`)));
    await expect(extractor.open(opening('one more', 'u20'))).rejects.toMatchObject({ code: 'busy' });
    expect(extractor.find('one more')).toBeUndefined();
    await streams[0]?.frame({ ...frame('c0', 1), user_id: 'u0' });
    await streams[0]?.end(ending('c0'));
    await extractor.open(opening('one more', 'u20'));
  });

  it.each([
    ['5 of one user', 5, (n: number) => ({ user_id: 'u1', session_id: `s${n}` })],
    ['3 of one session', 3, () => ({ user_id: 'u1', session_id: 's1' })],
  ])('are at most %s while landmarks are looked for, and others have their room', async (_what, share, owner) => {
    const extractor = extractorOf({ finder: new FakeFinder() });
    const streams: ExtractorStream[] = [];
    for (let n = 0; n < share; n++) streams.push(await extractor.open({ ...opening(`c${n}`), ...owner(n) }));
    const more = { ...opening('one more'), ...owner(share) };
    await expect(extractor.open(more)).rejects.toMatchObject({ code: 'share_exceeded' });
    await extractor.open(opening('of another', 'u2'));
    streams[0]?.lost();
    await extractor.open(more);
  });

  it.each([
    ['250 of one user', 250, (n: number) => ({ user_id: 'u1', session_id: `s${n}` })],
    ['125 of one session', 125, () => ({ user_id: 'u1', session_id: 's1' })],
  ])('are at most %s otherwise', async (_what, share, owner) => {
    const extractor = extractorOf();
    for (let n = 0; n < share; n++) await extractor.open({ ...opening(`c${n}`), ...owner(n) });
    const more = { ...opening('one more'), ...owner(share) };
    await expect(extractor.open(more)).rejects.toMatchObject({ code: 'share_exceeded' });
  });
});

describe('landmarks', () => {
  it('are those of the frames that were acknowledged, however the capture ended', async () => {
    const finder = new FakeFinder();
    const extractor = extractorOf({ finder });
    const stream = await extractor.open(opening('c1'));
    await stream.frame(frame('c1', 1));
    await stream.frame(frame('c1', 2));
    stream.lost();
    await finder.until(1);
    await finder.answer();
    expect(extractor.landmarks('c1')?.state).toBe('running');
    await finder.answer();
    expect(extractor.landmarks('c1')?.state).toBe('complete');
    expect(extractor.landmarks('c1')?.results.map(({ seq }) => seq)).toEqual([1, 2]);
    expect(extractor.find('c1')).toMatchObject({ processed: 2, with_person: 2 });
  });

  it('are looked for in a frame that was owned before the end and decoded after it', async () => {
    const [finder, decoder] = [new FakeFinder(), slowDecoder()];
    const extractor = extractorOf({ finder, decoder });
    const stream = await extractor.open(opening('c1'));
    await stream.frame(frame('c1', 1));
    await stream.end(ending('c1'));
    expect(extractor.landmarks('c1')?.state).toBe('running');
    await decoder.answer();
    await finder.answer();
    expect(extractor.landmarks('c1')).toMatchObject({ state: 'complete', results: { length: 1 } });
  });

  it('are not complete where a picture is broken', async () => {
    const [finder, decoder] = [new FakeFinder(), slowDecoder()];
    const extractor = extractorOf({ finder, decoder });
    const stream = await extractor.open(opening('c1'));
    await stream.frame(frame('c1', 1));
    await stream.frame(frame('c1', 2));
    await stream.end(ending('c1'));
    await decoder.answer('broken');
    await decoder.answer();
    await finder.answer();
    expect(extractor.landmarks('c1')?.state).toBe('failed');
    expect(extractor.landmarks('c1')?.results.map(({ seq }) => seq)).toEqual([2]);
  });

  it('are kept of 100 captures, of those that came last and of older ones that are unfinished', async () => {
    const finder = new FakeFinder();
    const extractor = extractorOf({ finder });
    const unfinished = await extractor.open(opening('unfinished'));
    await unfinished.frame(frame('unfinished', 1));
    for (let n = 0; n < 99; n++) await (await extractor.open(opening(`c${n}`))).end(ending(`c${n}`));
    expect(extractor.landmarks('unfinished')?.state).toBe('running');
    expect(extractor.landmarks('c0')?.state).toBe('complete');
    await extractor.open(opening('one more'));
    expect(extractor.landmarks('c0')?.state).toBe('dropped');
    expect(extractor.landmarks('c1')?.state).toBe('complete');
    expect(extractor.find('c0')).toMatchObject({ terminal: { event: 'capture.close' } });
  });

  it('are given up where nobody can ask for them any more', async () => {
    const finder = new FakeFinder();
    const clock = new ManualClock();
    const extractor = extractorOf({ clock, finder });
    const first = await extractor.open(opening('c1'));
    await first.frame(frame('c1', 1));
    const old = extractor.landmarks('c1');
    await first.end(ending('c1'));
    const second = await extractor.open(opening('c1'));
    expect(old?.state).toBe('failed');
    await second.frame(frame('c1', 1));
    await second.end(ending('c1'));
    const forgotten = extractor.landmarks('c1');
    clock.advance(11 * MINUTE);
    expect(forgotten?.state).toBe('failed');
  });

  it('are not there where none are looked for', async () => {
    const extractor = extractorOf();
    await extractor.open(opening('c1'));
    expect(extractor.landmarks('c1')).toBeNull();
    expect(extractor.landmarks('c2')).toBeUndefined();
  });

  it('of the 101st capture drop the oldest of the user who has most', async () => {
    const extractor = extractorOf({ finder: new FakeFinder() });
    const capture = async (capture_id: string, user_id: string): Promise<void> =>
      (await extractor.open(opening(capture_id, user_id))).end(ending(capture_id));
    for (let n = 0; n < 40; n++) await capture(`few-${n}`, 'few');
    for (let n = 0; n < 60; n++) await capture(`many-${n}`, 'many');
    await capture('one more', 'few');
    expect(extractor.landmarks('few-0')?.state).toBe('complete');
    expect([extractor.landmarks('many-0')?.state, extractor.landmarks('many-1')?.state]).toEqual([
      'dropped',
      'complete',
    ]);
  });
});
