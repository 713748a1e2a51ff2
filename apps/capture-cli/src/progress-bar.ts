import { Presets, SingleBar } from 'cli-progress';
import type { Writable } from 'node:stream';

/** The progress of something that takes a while. */
export interface ProgressBar {
  start(total: number, done: number): void;
  update(done: number): void;
  stop(): void;
}

/** Time between two lines without a terminal, milliseconds. */
const LINE_INTERVAL_MS = 2_000;

/**
 * A progress bar on a terminal.
 *
 * @param what the things that are counted
 * @param options `withoutTerminal`: without a terminal, write a line every 2 s
 */
export function progressBar(output: Writable, what: string, { withoutTerminal = false } = {}): ProgressBar {
  const options = {
    stream: output as NodeJS.WritableStream,
    format: `{bar} {value}/{total} ${what}`,
    noTTYOutput: withoutTerminal,
    notTTYSchedule: LINE_INTERVAL_MS,
    // its graceful exit would swallow the first Ctrl-C
    gracefulExit: false,
  };
  return new SingleBar(options, Presets.shades_classic);
}
