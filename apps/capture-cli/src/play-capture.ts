import type { CaptureResult } from '@a3cp/capture-client';
import type { Writable } from 'node:stream';
import { progressBar } from './progress-bar.js';
import { type CaptureRun, runCapture } from './run-capture.js';

/** Where a command writes: results to stdout, progress and failures to stderr. */
export interface Io {
  readonly stdout: Writable;
  readonly stderr: Writable;
}

/** Runs a capture in a terminal: shows a progress bar, then one line with the result. */
export async function playCapture(run: CaptureRun, io: Io): Promise<CaptureResult> {
  const bar = progressBar(io.stderr, 'frames');
  bar.start(run.frames.length, 0);
  let result: CaptureResult;
  try {
    result = await runCapture({ ...run, onProgress: (frames_sent) => bar.update(frames_sent) });
  } finally {
    bar.stop();
  }
  report(result, run.frames.length, io);
  return result;
}

/** What the server said is quoted, so that it cannot reach the terminal as controls. */
function report(result: CaptureResult, frames: number, { stdout, stderr }: Io): void {
  switch (result.kind) {
    case 'completed': {
      const left_out = frames - result.frames;
      stdout.write(`completed: ${result.frames} frames delivered as capture ${result.capture_id}\n`);
      if (left_out > 0)
        stderr.write(`${left_out} frames were left out: the limits or the server's deadline had no room for them\n`);
      return;
    }
    case 'aborted':
      stderr.write(
        `aborted: error_code ${JSON.stringify(result.error_code)}, reason ${JSON.stringify(result.reason)}\n`,
      );
      return;
    case 'failed':
      stderr.write(`failed: close code ${result.close_code}, reason ${JSON.stringify(result.reason)}\n`);
  }
}
