import { describe, expect, it } from '@jest/globals';
import { MIN_FRAME_BYTES, Uplink } from './uplink.js';

const FPS = 15;
const FRAME_MS = 1_000 / FPS;

/** A line of this many bytes a second and this round trip, with acknowledgements at most every 250 ms. */
class Line {
  readonly uplink: Uplink;
  /** Of each frame that was offered: whether it went out. */
  readonly offered: boolean[] = [];
  readonly delays: number[] = [];
  readonly budgets: number[] = [];
  now = 0;
  bytes_per_second: number;
  stalled_until = 0;
  #free_at = 0;
  #sent_bytes = 0;
  #told_at = -Infinity;
  /** Frames on their way: when each arrives, and the bytes up to it. */
  readonly #frames: { readonly arrives_at: number; readonly end: number }[] = [];

  constructor(
    bytes_per_second: number,
    private readonly round_trip_ms = 50,
    learnt?: number,
  ) {
    this.bytes_per_second = bytes_per_second;
    this.uplink = new Uplink(FPS, learnt);
    this.uplink.connected(round_trip_ms);
  }

  /** Offers frames for so many seconds; each is as large as the budget, from 7,000 to 28,800 bytes. */
  run(seconds: number, sizeOf = (budget: number): number => Math.max(7_000, Math.min(28_800, budget))): this {
    for (const end = this.now + seconds * 1_000; this.now < end; this.now += FRAME_MS) {
      this.#acknowledge();
      const budget = this.uplink.frameBytes(this.now);
      this.budgets.push(budget);
      const bytes = sizeOf(budget);
      const goes = this.uplink.admits(bytes, this.now);
      this.offered.push(goes);
      if (goes) this.#send(bytes);
    }
    return this;
  }

  /** Lets time pass in which the source gives nothing. */
  pause(seconds: number): this {
    for (const end = this.now + seconds * 1_000; this.now < end; this.now += FRAME_MS) this.#acknowledge();
    return this;
  }

  /** The longest runs of frames that were left out, of the last `frames`. */
  longestRun(frames: number): number {
    const runs = this.offered.slice(-frames).map((goes) => (goes ? ' ' : '-'));
    return Math.max(
      ...runs
        .join('')
        .split(' ')
        .map(({ length }) => length),
    );
  }

  #send(bytes: number): void {
    this.uplink.sent(bytes, this.now);
    this.#sent_bytes += bytes;
    const begins_at = Math.max(this.now, this.#free_at, this.stalled_until);
    this.#free_at = begins_at + (bytes * 1_000) / this.bytes_per_second;
    this.#frames.push({ arrives_at: this.#free_at + this.round_trip_ms, end: this.#sent_bytes });
    this.delays.push(this.#free_at - this.now);
  }

  #acknowledge(): void {
    if (this.now - this.#told_at < 250) return;
    let end = 0;
    while ((this.#frames[0]?.arrives_at ?? Infinity) <= this.now) end = this.#frames.shift()?.end ?? 0;
    if (end === 0) return;
    if (this.#told_at === -Infinity) this.uplink.accepted(Math.max(this.round_trip_ms, FRAME_MS));
    this.#told_at = this.now;
    this.uplink.arrived(end, this.now);
  }
}

describe('a good line', () => {
  it('gets every frame, and never a smaller budget than the largest frame needs', () => {
    const line = new Line(6_250_000, 20).run(15);

    expect(line.offered).not.toContain(false);
    expect(Math.min(...line.budgets)).toBe(Infinity);
  });

  it('is left alone by one acknowledgement that comes 200 ms late', () => {
    const line = new Line(6_250_000, 20).run(5);
    line.stalled_until = line.now + 200;
    line.run(5);

    expect(line.offered).not.toContain(false);
    expect(Math.min(...line.budgets)).toBe(Infinity);
  });

  it('of a round trip of 1 s gets the full rate before the fourth second, and full frames before the fifth', () => {
    const line = new Line(6_250_000, 1_000).run(10);

    expect(line.offered.slice(50)).not.toContain(false);
    expect(Math.min(...line.budgets.slice(65))).toBeGreaterThan(28_800);
  });

  it('is not slowed down by a source that pauses', () => {
    const line = new Line(6_250_000, 20).run(1).pause(2.5).run(3).pause(7).run(3);

    expect(line.offered).not.toContain(false);
    expect(Math.min(...line.budgets)).toBe(Infinity);
  });
});

describe('a slow line', () => {
  it.each([
    [1_000_000, 14],
    [500_000, 8],
    [300_000, 4.5],
  ])('of %i bit/s gets smaller frames first, then fewer: %d a second at least', (bits_per_second, least_fps) => {
    const line = new Line(bits_per_second / 8).run(5).run(10);

    expect(line.offered.slice(-150).filter(Boolean).length / 10).toBeGreaterThan(least_fps);
    expect(Math.max(...line.budgets.slice(-150))).toBeLessThan(Math.max(9_000, (1.5 * bits_per_second) / 8 / FPS));
  });

  it('has frames left out evenly', () => {
    expect(new Line(62_500).run(15).longestRun(150)).toBeLessThanOrEqual(3);
  });

  it('does not queue up its own frames for long', () => {
    const line = new Line(62_500).run(15);

    expect(Math.max(...line.delays.slice(-50))).toBeLessThan(2_500);
  });

  it('never gets a budget below 6,000 bytes', () => {
    const line = new Line(10_000).run(15);

    expect(Math.min(...line.budgets)).toBe(MIN_FRAME_BYTES);
  });

  it('that becomes fast gets full frames within six seconds', () => {
    const line = new Line(62_500).run(7);
    line.bytes_per_second = 1_000_000;
    line.run(6);

    expect(line.budgets.at(-1)).toBeGreaterThan(28_800);
    expect(line.offered.slice(-15)).not.toContain(false);
  });

  it('is known from the capture before: nothing is too large from the start', () => {
    const { bytes_per_second } = new Line(125_000).run(10).uplink;
    const line = new Line(125_000, 50, bytes_per_second).run(5);

    expect(Math.max(...line.budgets)).toBeLessThan(15_000);
    expect(line.offered.filter((goes) => !goes).length).toBeLessThanOrEqual(2);
    expect(Math.max(...line.delays)).toBeLessThan(600);
  });
});

describe('an outage', () => {
  it('has frames left out ever more seldom, so that the gesture is covered and little has to arrive late', () => {
    const line = new Line(750_000).run(5);
    line.stalled_until = line.now + 5_000;
    const sent = line.delays.length;
    line.run(5);

    expect(line.longestRun(75)).toBeLessThan(15);
    expect(line.delays.length - sent).toBeLessThan(40);
    expect(line.uplink.isStalled(line.now)).toBe(true);
  });

  it('is over for the next frame: the newest goes out as soon as there is room', () => {
    const line = new Line(750_000).run(5);
    line.stalled_until = line.now + 5_000;
    line.run(5).run(1).run(3);

    expect(line.offered.slice(-45)).not.toContain(false);
    expect(line.uplink.isStalled(line.now)).toBe(false);
  });
});

describe('a busy machine', () => {
  it('that acknowledges up to 300 ms late, now and then, costs no frame and little quality', () => {
    const line = new Line(6_250_000, 20).run(1);
    for (let second = 1; second < 15; second++) {
      line.stalled_until = line.now + 100 + ((second * 7) % 20) * 10;
      line.run(1);
    }

    expect(line.offered).not.toContain(false);
    expect(Math.min(...line.budgets)).toBeGreaterThan(15_000);
  });
});

describe('the first frames', () => {
  const first = (...bytes: number[]): boolean[] => {
    const uplink = new Uplink(FPS);
    return bytes.map((of, n) => {
      const goes = uplink.admits(of, n * 1_000);
      if (goes) uplink.sent(of, n * 1_000);
      return goes;
    });
  };

  it('are four, until the first has arrived', () => {
    const uplink = new Uplink(FPS);
    const sent_at = Array.from({ length: 100 }, (_, n) => n * FRAME_MS).filter((now) => {
      const goes = uplink.admits(10, now);
      if (goes) uplink.sent(10, now);
      return goes;
    });

    // each waits as long again
    expect(sent_at.map(Math.round)).toEqual([0, 67, 133, 267]);
  });

  it('are spread over half a round trip of 1 s: the third and the fourth share what two large ones leave', () => {
    const uplink = new Uplink(FPS);
    uplink.connected(1_000);
    const sent = Array.from({ length: 15 }, (_, n) => n * FRAME_MS).flatMap((now) => {
      const bytes = Math.min(37_000, uplink.frameBytes(now));
      if (!uplink.admits(bytes, now)) return [];
      uplink.sent(bytes, now);
      return [[Math.round(now), bytes]];
    });

    expect(sent).toEqual([
      [0, 37_000],
      [67, 37_000],
      [267, 13_000],
      [400, 13_000],
    ]);
  });

  it('are 100,000 bytes at most, unless it is one', () => {
    expect(first(60_000, 40_001, 40_000, 1)).toEqual([true, false, true, false]);
    expect(first(300_000, 1)).toEqual([true, false]);
  });

  it('are small while the session is being checked, and full once two have arrived: the network is not to blame', () => {
    const uplink = new Uplink(FPS);
    uplink.connected(5);
    for (const at of [0, 67, 133]) uplink.sent(28_800, at);
    expect(uplink.frameBytes(400)).toBe(8_000);
    uplink.accepted(500);
    uplink.arrived(28_800, 505);
    expect(uplink.frameBytes(505)).toBe(8_000);
    uplink.sent(8_000, 733);
    uplink.arrived(3 * 28_800 + 8_000, 755);
    expect(uplink.frameBytes(755)).toBe(Infinity);
  });

  it('are small after the first if that takes longer than 90 ms', () => {
    const uplink = new Uplink(FPS);
    expect(uplink.frameBytes(0)).toBe(Infinity);
    uplink.sent(28_800, 0);
    expect(uplink.frameBytes(67)).toBe(Infinity);
    expect(uplink.frameBytes(133)).toBe(8_000);
    uplink.sent(8_000, 133);
    uplink.arrived(28_800, 150);
    expect(uplink.frameBytes(150)).toBe(8_000);
    uplink.arrived(36_800, 400);
    expect(uplink.frameBytes(400)).toBe(Infinity);
  });

  it('are full on a line whose handshake was as long as the first frame takes', () => {
    const uplink = new Uplink(FPS);
    uplink.connected(300);
    uplink.sent(28_800, 0);
    expect(uplink.frameBytes(350)).toBe(Infinity);
    uplink.arrived(28_800, 350);
    expect(uplink.frameBytes(350)).toBe(Infinity);
  });
});

it('a first frame that takes much longer than the handshake shows a slow network at once', () => {
  const budgetAfter = (handshake_ms: number): number => {
    const uplink = new Uplink(FPS);
    uplink.connected(handshake_ms);
    uplink.sent(28_800, 0);
    uplink.arrived(28_800, 1_000);
    return uplink.frameBytes(1_000);
  };

  expect(budgetAfter(100)).toBe(MIN_FRAME_BYTES);
  expect(budgetAfter(1_000)).toBe(Infinity);
});

it('a handshake during an outage is not taken for a long round trip: the answer to the open shows a shorter one', () => {
  const budgetAfter = (accepted_at: number): number => {
    const uplink = new Uplink(FPS);
    uplink.connected(1_000);
    uplink.sent(28_800, 0);
    uplink.accepted(accepted_at);
    uplink.arrived(28_800, 950);
    return uplink.frameBytes(950);
  };

  expect(budgetAfter(500)).toBe(MIN_FRAME_BYTES);
  expect(budgetAfter(900)).toBe(Infinity);
});

describe("the server's deadline", () => {
  it('leaves less on the way the nearer it is, so that an outage of 8 s loses nothing', () => {
    const line = new Line(62_500).run(5);
    line.uplink.endBefore(line.now + 11_000);
    line.run(2);
    const on_the_way = [...line.delays].slice(-5);

    expect(Math.max(...on_the_way)).toBeLessThan(1_600);
  });

  it.each<[words: string, admits: boolean, deadline_ms: number, frame_bytes: number]>([
    ['is far: a frame goes out after 900 ms, however slow the network is', true, 25_000, 7_000],
    ['is far: a frame goes out after 900 ms, however much is on the way', true, 25_000, 60_000],
    ['is near: no frame goes out that would arrive too late', false, 17_000, 7_000],
  ])('%s', (_words, admits, deadline_ms, frame_bytes) => {
    const uplink = new Uplink(FPS);
    uplink.connected(50);
    uplink.endBefore(deadline_ms);
    for (let frame = 0; frame < 6; frame++) uplink.sent(frame_bytes, frame * FRAME_MS);
    // 4,700 bytes a second, or 40,000
    uplink.arrived(frame_bytes, 1_500);
    uplink.sent(frame_bytes, 1_500);

    expect(uplink.admits(frame_bytes, 2_399)).toBe(false);
    expect(uplink.admits(frame_bytes, 2_400)).toBe(admits);
  });

  it('is far: a frame goes out every 900 ms into an outage of 8 s, and none after it', () => {
    const line = new Line(62_500).run(2);
    line.uplink.endBefore(line.now + 60_000);
    line.stalled_until = Infinity;
    const sent = line.offered.length;
    line.run(8.5);
    expect(line.longestRun(8 * FPS)).toBeLessThanOrEqual(14);
    line.run(20);
    expect(line.offered.slice(sent + 9 * FPS)).not.toContain(true);
  });

  it('is 2 s away when nothing more is sent', () => {
    const uplink = new Uplink(FPS);
    uplink.endBefore(25_000);

    expect(uplink.isOver(22_999)).toBe(false);
    expect(uplink.isOver(23_000)).toBe(true);
  });
});
