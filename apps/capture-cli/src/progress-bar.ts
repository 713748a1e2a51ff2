import { Presets, SingleBar } from 'cli-progress';
import type { Writable } from 'node:stream';

/** How far something is that takes a while. */
export interface ProgressBar {
  start(total: number, done: number): void;
  update(done: number): void;
  stop(): void;
}

/** Between two lines where there is no terminal to draw on, milliseconds. */
const LINE_INTERVAL_MS = 2_000;

/**
 * A bar on a terminal that shows how many of all are done.
 *
 * @param what is counted
 * @param withoutTerminal whether it writes a line every 2 s where there is no terminal
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
