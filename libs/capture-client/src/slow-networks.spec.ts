import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { readFileSync } from 'node:fs';
import { jpegSizeAt } from '../../../test/support/jpeg-sizes.js';
import { type SimulatedLine, webSocketOver } from '../../../test/support/simulated-network.js';
import type { CaptureResult } from './capture-result.js';
import type { CaptureFrame, FrameBudget, FrameSource } from './frame-source.js';
import { JpegQuality } from './jpeg-quality.js';
import { startCapture } from './start-capture.js';
import { UplinkMemory } from './uplink-memory.js';

const FPS = 15;
const DURATION_MS = 14_000;

/** How long a browser's encoder takes. */
const ENCODING_MS = 20;

/** Takes fifteen pictures a second; encodes each within what it may have, if it can. */
class SimulatedCamera implements FrameSource {
  readonly width = 640;
  readonly height = 480;
  readonly fps_target = FPS;
  readonly qualities: number[] = [];
  readonly sizes: number[] = [];
  readonly #quality = new JpegQuality();

  async *frames(budget: FrameBudget): AsyncGenerator<CaptureFrame, void> {
    const begun_at = performance.now();
    const begun = Date.now();
    for (let number = 0; ; number++) {
      const due_ms = (number * 1_000) / FPS;
      await sleep(begun_at + due_ms - performance.now());
      const jpeg = new Uint8Array(this.#encode(number, budget.max_frame_bytes));
      await sleep(ENCODING_MS);
      yield { jpeg, timestamp_frame: new Date(begun + due_ms) };
    }
  }

  close(): void {
    return;
  }

  #encode(number: number, max_frame_bytes: number): number {
    // no two pictures have the same detail
    const detail = 1 + 0.05 * Math.sin(number / 13) + 0.05 * Math.sin(number * 7);
    let bytes = Math.round(detail * jpegSizeAt(this.#quality.value));
    while (this.#quality.isToBeLowered(bytes, max_frame_bytes))
      bytes = Math.round(detail * jpegSizeAt(this.#quality.value));
    this.qualities.push(this.#quality.value);
    this.sizes.push(bytes);
    return bytes;
  }
}

function sleep(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}

/** What one capture came to. */
interface Played {
  readonly result: CaptureResult;
  /** Frames that arrived, a second. */
  readonly fps: number;
  readonly hole_ms: number;
  /** The lowest of any frame. */
  readonly quality: number;
  /** From the end of the capture to the verdict. */
  readonly verdict_ms: number;
  /** Of the largest frame. */
  readonly bytes: number;
  /** Longest run of frames that were left out. */
  readonly left_out: number;
}

/** Plays one capture over a line, in virtual time. */
async function play(line: SimulatedLine, uplinks = new UplinkMemory()): Promise<Played> {
  const source = new SimulatedCamera();
  const begun_at = performance.now();
  const capture = startCapture({
    url: 'ws://gateway/camera_feed_worker/capture',
    identity: { user_id: 'u1', session_id: 's1' },
    source,
    duration_ms: DURATION_MS,
    WebSocket: webSocketOver(line),
    uplinks,
  });
  const settled: CaptureResult[] = [];
  void capture.result.then((result) => settled.push(result));
  let left_out = 0;
  let run = 0;
  let before = { frames_sent: 0, frames_skipped: 0 };
  void (async () => {
    for await (const progress of capture) {
      if (progress.kind !== 'progress') continue;
      run = progress.frames_sent > before.frames_sent ? 0 : run + progress.frames_skipped - before.frames_skipped;
      left_out = Math.max(left_out, run);
      before = progress;
    }
  })();
  while (settled.length === 0) await jest.advanceTimersByTimeAsync(100);
  const ended = await capture.result;
  const frames = ended.kind === 'completed' ? ended.frames : (ended.frames_delivered ?? 0);
  return {
    result: ended,
    fps: (frames * 1_000) / DURATION_MS,
    hole_ms: ended.largest_hole_ms ?? 0,
    quality: Math.min(...source.qualities),
    verdict_ms: performance.now() - begun_at - DURATION_MS,
    bytes: Math.max(...source.sizes),
    left_out,
  };
}

const BIN_MS = 100;

/** A line of so many Mbit/s, which carries nothing from the 6th second on for so long. */
function steady(mbit_per_second: number, { round_trip_ms = 40, stall_ms = 0 } = {}): SimulatedLine {
  return line((at_ms) => (at_ms >= 6_000 && at_ms < 6_000 + stall_ms ? 0 : mbit_per_second), round_trip_ms);
}

/** A line that changes its rate after 6 s, and carries nothing for half a second between. */
function changing(before: number, after: number): SimulatedLine {
  return line((at_ms) => (at_ms < 6_000 ? before : at_ms < 6_500 ? 0 : after), 150);
}

function line(mbitAt: (at_ms: number) => number, round_trip_ms: number): SimulatedLine {
  const packets = (bin: number): number => (mbitAt(bin * BIN_MS) * 1e6) / 8 / 1_500 / (1_000 / BIN_MS);
  return { up: packets, down: packets, round_trip_ms };
}

interface Recording {
  readonly up: readonly number[];
  readonly down: readonly number[];
}

/** The part of a recording that begins with this bin. */
function recorded({ up, down }: Recording, first: number): SimulatedLine {
  const of =
    (bins: readonly number[]) =>
    (bin: number): number =>
      bins[(first + bin) % bins.length] ?? 0;
  return { up: of(up), down: of(down), round_trip_ms: 50 };
}

/** The longest time in which the uplink could not carry one small frame: no client can have a smaller hole. */
function ownHole({ up }: SimulatedLine): number {
  let longest = 0;
  for (let from = 0; from < DURATION_MS / BIN_MS; from++) {
    let packets = 0;
    let bin = from;
    while (packets < 5) packets += up(bin++);
    longest = Math.max(longest, (bin - from) * BIN_MS);
  }
  return longest;
}

function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  return (
    ((sorted[Math.floor((sorted.length - 1) / 2)] ?? NaN) + (sorted[Math.ceil((sorted.length - 1) / 2)] ?? NaN)) / 2
  );
}

beforeEach(() => {
  jest.useFakeTimers({ now: Date.UTC(2026, 0, 1) });
});

afterEach(() => {
  jest.useRealTimers();
});

describe('a made-up line', () => {
  it.each<[name: string, line: SimulatedLine]>([
    ['50 Mbit/s', steady(50)],
    ['6 Mbit/s', steady(6)],
  ])('of %s gets all frames at full quality', async (_name, line) => {
    expect(await play(line)).toMatchObject({ result: { kind: 'completed', skipped: 0 }, quality: 0.8 });
  });

  it.each<[name: string, line: SimulatedLine, least_fps: number, most_hole_ms: number]>([
    ['1 Mbit/s', steady(1), 14, 200],
    ['0.5 Mbit/s', steady(0.5), 8, 500],
    ['0.3 Mbit/s', steady(0.3), 4.5, 1_000],
    ['a stall of 1 s', steady(6, { stall_ms: 1_000 }), 14, 500],
    ['a stall of 2 s', steady(6, { stall_ms: 2_000 }), 13, 1_000],
    ['a stall of 3 s', steady(6, { stall_ms: 3_000 }), 12, 1_000],
    ['a stall of 5 s', steady(6, { stall_ms: 5_000 }), 10, 1_200],
    ['a round trip of 300 ms', steady(6, { round_trip_ms: 300 }), 14.5, 300],
    ['a round trip of 1 s', steady(6, { round_trip_ms: 1_000 }), 13, 1_000],
    ['0.5 Mbit/s, then 6', changing(0.5, 6), 11, 1_000],
    ['6 Mbit/s, then 0.5', changing(6, 0.5), 9, 2_500],
  ])('of %s completes, and covers the gesture', async (_name, line, least_fps, most_hole_ms) => {
    const { result, fps, hole_ms, verdict_ms } = await play(line);

    expect(result.kind).toBe('completed');
    expect(fps).toBeGreaterThanOrEqual(least_fps);
    expect(hole_ms).toBeLessThanOrEqual(most_hole_ms);
    expect(verdict_ms).toBeLessThan(4_000);
  });

  it('that stays slow leaves frames out evenly, one or two at a time', async () => {
    const { left_out } = await play(steady(0.5));

    expect(left_out).toBeLessThanOrEqual(4);
  });

  it('that the page knows from its last capture gets small frames from the start', async () => {
    const uplinks = new UplinkMemory();
    const first = await play(steady(0.5), uplinks);
    const second = await play(steady(0.5), uplinks);

    expect(second.fps).toBeGreaterThan(first.fps);
    expect(second.bytes).toBeLessThan(first.bytes);
  });

  it('whose outage lasts for 12 s ends the capture as a network problem', async () => {
    const { result } = await play(steady(6, { stall_ms: 12_000 }));

    expect(result).toMatchObject({ explanation: expect.stringContaining('network was too slow') });
  });
});

describe('a recorded network', () => {
  const WINDOWS = 8;

  it.each([
    ['ATT-LTE-driving', 13],
    ['TMobile-UMTS-driving', 10.5],
    ['Verizon-LTE-short', 14.5],
  ])('%s completes every capture, at a median of %d frames a second', async (name, least_fps) => {
    const file = new URL(`../../../tools/networks/recordings/${name}.json`, import.meta.url);
    const recording = JSON.parse(readFileSync(file, 'utf8')) as Recording;
    const lines = Array.from({ length: WINDOWS }, (_, window) =>
      recorded(recording, Math.floor((window * recording.up.length) / WINDOWS)),
    );
    const played: Played[] = [];
    for (const line of lines) played.push(await play(line));

    expect(played.map(({ result }) => result.kind)).toEqual(lines.map(() => 'completed'));
    expect(median(played.map(({ fps }) => fps))).toBeGreaterThanOrEqual(least_fps);
    // a frame may have to wait for one that was sent before the hole began
    const holes = played.map(({ hole_ms }, window) => hole_ms - ownHole(lines[window] ?? steady(1)));
    expect(median(holes)).toBeLessThan(500);
    expect(Math.max(...holes)).toBeLessThan(2_000);
  });
});
