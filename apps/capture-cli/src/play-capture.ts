import type { SentCapture } from '@a3cp/capture-client';
import { Presets, SingleBar } from 'cli-progress';
import type { Writable } from 'node:stream';
import { type CaptureRun, runCapture } from './run-capture.js';

/** Where a command writes: results to stdout, progress and failures to stderr. */
export interface Io {
  readonly stdout: Writable;
  readonly stderr: Writable;
}

/** {@link runCapture} before somebody's eyes: a progress bar while it runs, then a line that says what became of it. */
export async function playCapture(run: CaptureRun, io: Io): Promise<SentCapture> {
  // it draws on a terminal only; its graceful exit would swallow the first Ctrl-C
  const bar = new SingleBar(
    { stream: io.stderr, format: '{bar} {value}/{total} frames', gracefulExit: false },
    Presets.shades_classic,
  );
  bar.start(run.frames.length, 0);
  let result: SentCapture;
  try {
    result = await runCapture({ ...run, onProgress: (frames_sent) => bar.update(frames_sent) });
  } finally {
    bar.stop();
  }
  report(result, run.capture_id, io);
  return result;
}

/** What the server said is quoted, so that it cannot reach the terminal as controls. */
function report(result: SentCapture, capture_id: string, { stdout, stderr }: Io): void {
  switch (result.kind) {
    case 'completed':
      stdout.write(`completed: ${result.frames} frames delivered as capture ${capture_id}\n`);
      return;
    case 'aborted':
      stderr.write(
        `aborted: error_code ${JSON.stringify(result.error_code)}, reason ${JSON.stringify(result.reason)}\n`,
      );
      return;
    case 'failed':
      stderr.write(`failed: close code ${result.close_code}, reason ${JSON.stringify(result.reason)}\n`);
  }
}
