import type { ForwardItem } from '@a3cp/capture-domain';
import { describe, expect, it } from '@jest/globals';
import { availableParallelism } from 'node:os';
import { setImmediate } from 'node:timers/promises';
import { FakeDecoder } from '../../../test/support/fake-decoder.js';
import { ManualClock } from '../../../test/support/manual-clock.js';
import { OPEN } from '../../../test/support/stream-messages.js';
import type { DecodeLine } from './decode-line.js';
import { DecodeQueue } from './decode-queue.js';

const DECODERS = Math.min(availableParallelism(), 3);

/** The first byte is the capture's letter, by which the decoder's order shows. */
function frame(letter: string, seq: number, byte_length = 100): ForwardItem {
  const payload = Buffer.alloc(byte_length, letter);
  const identity = { capture_id: letter, user_id: 'u1', session_id: 's1', seq, timestamp_frame: new Date(0) };
  return { ...identity, payload, byte_length, encoding: 'jpeg', width: 8, height: 8 };
}

class Captures {
  readonly decoder = Object.assign(new FakeDecoder(), { answers: 'when told' });
  readonly clock = new ManualClock();
  readonly queue = new DecodeQueue(this.decoder, this.clock);
  /** Every frame that was owned or decoded, in order. */
  readonly owned: string[] = [];
  readonly decoded: string[] = [];

  open(letter: string, nth = 0): DecodeLine {
    return this.queue.open(OPEN, nth, {
      owned: ({ seq }) => void this.owned.push(`${letter}${seq}`),
      decoded: ({ seq }, picture) => void this.decoded.push(`${letter}${seq}${picture ? '' : ' broken'}`),
    });
  }

  /** The captures whose frames were handed to the decoder, in order. */
  get asked(): string {
    return this.decoder.asked.map(([letter = 0]) => String.fromCharCode(letter)).join('');
  }

  /** Keeps all decoders busy with frames of other captures. */
  occupy(): void {
    for (let n = 0; n < DECODERS; n++) void this.open('-').offer(frame('-', 1));
  }
}

async function offerAll(line: DecodeLine, letter: string, frames: number, bytes?: number): Promise<void> {
  for (let seq = 1; seq <= frames; seq++) await line.offer(frame(letter, seq, bytes));
}

describe('frames are owned', () => {
  it('before they are decoded, and handed over in their order', async () => {
    const captures = new Captures();
    await offerAll(captures.open('a'), 'a', 3);
    expect([captures.owned, captures.decoded]).toEqual([['a1', 'a2', 'a3'], []]);
    await captures.decoder.answer();
    await captures.decoder.answer('broken');
    await captures.decoder.answer();
    expect(captures.decoded).toEqual(['a1', 'a2 broken', 'a3']);
  });

  it('up to eight of a capture that are not decoded; the ninth waits, and holds up no other capture', async () => {
    const captures = new Captures();
    const [a, b] = [captures.open('a'), captures.open('b')];
    void offerAll(a, 'a', 9);
    await setImmediate();
    expect(captures.owned).toHaveLength(8);
    await offerAll(b, 'b', 8);
    await captures.decoder.answer();
    expect(captures.owned.at(-1)).toBe('a9');
  });

  it('up to 64,000,000 bytes of the process; those that wait get their room first come, first served', async () => {
    const captures = new Captures();
    const mega = 8_000_000;
    captures.occupy();
    await captures.open('a').offer(frame('a', 1, 7 * mega));
    const order: string[] = [];
    const waiting = ['b', 'c', 'd'].map(async (letter) => {
      await captures.open(letter).offer(frame(letter, 1, mega));
      order.push(letter);
    });
    await setImmediate();
    expect(order).toEqual([]);
    // the first of those that keep the decoders busy, then the large one
    for (let answered = 0; answered <= DECODERS; answered++) await captures.decoder.answer();
    await Promise.all(waiting);
    expect(order).toEqual(['b', 'c', 'd']);
  });

  it('also if one alone is larger than that', async () => {
    const captures = new Captures();
    await captures.open('a').offer(frame('a', 1, 64_000_001));
    expect(captures.owned).toEqual(['a1']);
  });

  it('unless they are withdrawn while they wait', async () => {
    const captures = new Captures();
    const line = captures.open('a');
    await offerAll(line, 'a', 8);
    const ninth = line.offer(frame('a', 9));
    line.withdraw(new Error('the gateway is gone'));
    await expect(ninth).rejects.toThrow('the gateway is gone');
    for (let answered = 0; answered < 8; answered++) await captures.decoder.answer();
    expect(captures.owned).toHaveLength(8);
    expect([line.empty, captures.decoded.length]).toEqual([true, 8]);
  });
});

describe('frames are decoded', () => {
  it('one of each capture in turn, however many one has', async () => {
    const captures = new Captures();
    captures.occupy();
    await offerAll(captures.open('a'), 'a', 3);
    await offerAll(captures.open('b'), 'b', 2);
    await offerAll(captures.open('c'), 'c', 1);
    for (let answered = 0; answered < DECODERS + 6; answered++) await captures.decoder.answer();
    expect(captures.asked.slice(DECODERS)).toBe('abcaba');
  });

  /** How often each of twice as many captures as decoders is served, when each decoder takes so long for a frame. */
  async function served(ms: number): Promise<number[]> {
    const captures = new Captures();
    const letters = ['a', 'b', 'c', 'd', 'e', 'f'].slice(0, 2 * DECODERS);
    const lines = letters.map((letter) => captures.open(letter));
    for (const [n, line] of lines.entries()) void offerAll(line, letters[n] ?? '', 40);
    for (let round = 0; round < 20; round++) {
      captures.clock.advance(ms);
      for (let decoder = 0; decoder < DECODERS; decoder++) await captures.decoder.answer();
    }
    return letters.map((letter) => captures.decoded.filter((frame) => frame.startsWith(letter)).length);
  }

  it('as often as each capture is guaranteed, ten times a second, where the decoders manage so many', async () => {
    expect(await served(50)).toEqual(Array.from({ length: 2 * DECODERS }, () => 10));
  });

  it('of the first capture of each user before the second of any, also if that was opened before', async () => {
    const captures = new Captures();
    captures.occupy();
    await offerAll(captures.open('a'), 'a', 1);
    await offerAll(captures.open('b', 1), 'b', 1);
    await offerAll(captures.open('c'), 'c', 1);
    for (let answered = 0; answered < DECODERS + 3; answered++) await captures.decoder.answer();
    expect(captures.asked.slice(DECODERS)).toBe('acb');
  });

  it('of the captures that were opened first where they do not: those that came last have to wait', async () => {
    const [whole, none] = [Array.from({ length: DECODERS }, () => 20), Array.from({ length: DECODERS }, () => 0)];
    expect(await served(100)).toEqual([...whole, ...none]);
  });

  it('no more at the same time than there are decoders, and never two of one capture', async () => {
    const captures = new Captures();
    await offerAll(captures.open('a'), 'a', 8);
    expect(captures.asked).toBe('a');
    for (let n = 0; n < 8; n++) await offerAll(captures.open('b'), 'b', 1);
    expect(captures.decoder.asked).toHaveLength(DECODERS);
  });
});

describe('a capture has caught up', () => {
  it('once the frames that were owned when it was asked are decoded, whatever comes after', async () => {
    const captures = new Captures();
    const line = captures.open('a');
    await line.caughtUp();
    await offerAll(line, 'a', 2);
    let caught = 0;
    const count = (): void => void (caught += 1);
    void line.caughtUp().then(count);
    await line.offer(frame('a', 3));
    void line.caughtUp().then(count);
    await captures.decoder.answer();
    expect(caught).toBe(0);
    await captures.decoder.answer();
    expect(caught).toBe(1);
    await captures.decoder.answer();
    expect(caught).toBe(2);
  });
});
