import type { Experiment } from './experiments.js';
import type { PlayedCapture } from './played-capture.js';
import { completedOf } from './promises.js';
import { median } from './statistics.js';

const COLUMNS = [
  'line',
  'completed',
  'frames/s: median, minimum',
  'largest hole',
  "line's own hole",
  'quality',
  'bytes/frame',
  'first frame',
  'verdict: median, latest',
  'held frames, bytes',
] as const;

/** The head of the table, as GitHub shows Markdown. */
export function tableHead(): string {
  return [rowOf(COLUMNS), rowOf(COLUMNS.map(() => '---'))].join('\n');
}

/** An experiment's row. Everything but the first two columns and the last two is of the completed captures. */
export function tableRow({ name }: Experiment, captures: readonly PlayedCapture[]): string {
  const completed = completedOf(captures);
  const worst = completed.toSorted((a, b) => b.largest_hole_ms - a.largest_hole_ms)[0];
  const fps = completed.map((capture) => capture.fps);
  const verdicts = captures.map(({ verdict_ms }) => verdict_ms);
  return rowOf([
    name,
    `${completed.length} of ${captures.length}`,
    pair(median(fps), Math.min(...fps), (value) => value.toFixed(1)),
    worst ? ms(worst.largest_hole_ms) : '-',
    worst ? ms(worst.own.hole_ms) : '-',
    worst ? median(completed.map(({ quality }) => quality)).toFixed(2) : '-',
    worst ? Math.round(median(completed.map(({ frame_bytes }) => frame_bytes))).toLocaleString('en') : '-',
    worst ? ms(median(completed.map(({ first_frame_ms }) => first_frame_ms))) : '-',
    pair(median(verdicts), Math.max(...verdicts), (value) => `${(value / 1_000).toFixed(1)} s`),
    pair(
      Math.max(...captures.map(({ held }) => held.frames)),
      Math.max(...captures.map(({ held }) => held.bytes)),
      (value) => value.toLocaleString('en'),
    ),
  ]);
}

/** One capture in one line, for the terminal. */
export function captureLine(capture: PlayedCapture): string {
  const { line, outcome, frames, fps, largest_hole_ms, own, quality, frame_bytes, verdict_ms, delayed_ms } = capture;
  return [
    `${line}: ${outcome} after ${(verdict_ms / 1_000).toFixed(1)} s, ${frames} frames, ${fps.toFixed(1)} a second`,
    `${frame_bytes} bytes at ${quality.toFixed(2)}`,
    `largest hole ${ms(largest_hole_ms)}, the line's own ${ms(own.hole_ms)}, its outage ${ms(own.outage_ms)}`,
    `the machine was late by ${ms(delayed_ms)} at most`,
  ].join('; ');
}

function ms(value: number): string {
  return `${value.toFixed(0)} ms`;
}

function pair(first: number, second: number, text: (value: number) => string): string {
  return Number.isFinite(first) ? `${text(first)}, ${text(second)}` : '-';
}

function rowOf(cells: readonly string[]): string {
  return `| ${cells.join(' | ')} |`;
}
