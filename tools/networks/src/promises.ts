import type { Experiment } from './experiments.js';
import type { PlayedCapture } from './played-capture.js';
import { median } from './statistics.js';

/** A longer outage than the timers of both sides allow for. PROTOCOL.md, "Timers". */
const MAX_OUTAGE_MS = 8_000;

/** Longest event time without a frame, unless the line itself has such a hole. */
const MAX_HOLE_MS = 1_000;

/** What a hole may exceed the line's own by: the frame before it was on its way, the frame after it is the next one of the camera. */
const HOLE_TOLERANCE_MS = 500;

const MAX_HELD_FRAMES = 3;
const MAX_HELD_BYTES = 1_000_000;

/** The full quality is 0.8; its table of whole numbers reads as a little more or less. */
const FULL_QUALITY = 0.78;

const CAMERA_FPS = 15;

/** Which promises the captures of an experiment broke, in words; none if all were kept. */
export function brokenPromises(experiment: Experiment, captures: readonly PlayedCapture[]): string[] {
  const broken = captures.flatMap((capture) =>
    [...brokenBy(capture, experiment)].map((what) => `${capture.line}: ${what}`),
  );
  const fps = median(completedOf(captures).map((capture) => capture.fps));
  if (fps < experiment.min_fps) {
    broken.push(`${experiment.name}: ${fps.toFixed(1)} frames/s, promised ${experiment.min_fps}`);
  }
  return broken;
}

/** The captures that the table's other numbers are of. */
export function completedOf(captures: readonly PlayedCapture[]): PlayedCapture[] {
  return captures.filter(({ outcome }) => outcome === 'completed');
}

function* brokenBy(capture: PlayedCapture, { is_good }: Experiment): Generator<string> {
  const { outcome, own, held, largest_hole_ms, fps, quality, delayed_ms } = capture;
  if (held.frames > MAX_HELD_FRAMES) yield `the gateway held ${held.frames} frames`;
  if (held.bytes > MAX_HELD_BYTES) yield `the gateway held ${held.bytes} bytes`;
  if (outcome !== 'completed') {
    if (own.outage_ms <= MAX_OUTAGE_MS) yield `the capture ended as ${outcome}`;
    return;
  }
  if (largest_hole_ms > Math.max(MAX_HOLE_MS, own.hole_ms + HOLE_TOLERANCE_MS) + delayed_ms) {
    yield `a hole of ${largest_hole_ms.toFixed(0)} ms, the line's own is ${own.hole_ms.toFixed(0)} ms`;
  }
  if (is_good && fps < CAMERA_FPS) yield `${fps.toFixed(1)} frames/s on a good line`;
  if (is_good && !(quality >= FULL_QUALITY)) yield `quality ${quality.toFixed(2)} on a good line`;
}
