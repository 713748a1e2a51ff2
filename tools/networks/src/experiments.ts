import type { Line } from './line.js';
import { GOOD_LINE, MADE_UP_LINES } from './made-up-lines.js';
import { readRecordings } from './recordings.js';

/** One row of the table: the lines that captures are played over, and what the client promises there. */
export interface Experiment {
  readonly name: string;
  /** One capture each. */
  readonly lines: readonly Line[];
  /** The least median of the captures' frames a second. */
  readonly min_fps: number;
  /** No frame may be left out, or have less than the full quality. */
  readonly is_good: boolean;
}

/** Uplinks below it are slow. */
const SLOW_BITS_PER_SECOND = 2_000_000;

const SLOW_RECORDING_FPS = 11;
const FAST_RECORDING_FPS = 14;

/** Of a steady rate. */
const MADE_UP_FPS: ReadonlyMap<string, number> = new Map([
  ['1 Mbit/s', 8],
  ['0.5 Mbit/s', 6],
]);

/**
 * The recordings of a folder and the made-up lines, in the order of the table. Medians over recordings are promised of the
 * client in Node alone: the smallest pictures of Chromium have 7,000 bytes, and the slow lines carry less than 11 a second of
 * them.
 */
export async function allExperiments(recordings: string, browser: boolean): Promise<Experiment[]> {
  const recorded = (await readRecordings(recordings)).map(({ name, bits_per_second, windows }): Experiment => ({
    name,
    lines: windows,
    min_fps: browser ? 0 : bits_per_second < SLOW_BITS_PER_SECOND ? SLOW_RECORDING_FPS : FAST_RECORDING_FPS,
    is_good: false,
  }));
  const made_up = MADE_UP_LINES.map((line): Experiment => ({
    name: line.name,
    lines: [line],
    min_fps: MADE_UP_FPS.get(line.name) ?? 0,
    is_good: line.name === GOOD_LINE,
  }));
  return [...recorded, ...made_up];
}

/**
 * The experiments or single lines of that name, else those whose name begins with it. A single window keeps its experiment's
 * promises about each capture, but not about their median.
 */
export function experimentsNamed(experiments: readonly Experiment[], name: string): Experiment[] {
  const single = experiments.flatMap((experiment) =>
    experiment.lines.map((line) => ({ ...experiment, name: line.name, lines: [line], min_fps: 0 })),
  );
  const exact = [...experiments, ...single].find((experiment) => experiment.name === name);
  return exact ? [exact] : experiments.filter((experiment) => experiment.name.startsWith(name));
}
