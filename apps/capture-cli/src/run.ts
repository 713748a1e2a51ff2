import type { CaptureResult } from '@a3cp/capture-client';
import { Presets, SingleBar } from 'cli-progress';
import type { Writable } from 'node:stream';
import { readFrames } from './frames.js';
import { type Options, readOptions, USAGE } from './options.js';
import { runCapture } from './run-capture.js';
import { startSession } from './start-session.js';

/** Where the command writes: results to stdout, progress and failures to stderr. */
export interface Io {
  readonly stdout: Writable;
  readonly stderr: Writable;
}

/** The whole command; resolves to its exit code: 0 delivered whole, 1 not delivered, 2 wrong usage. */
export async function run(argv: readonly string[], io: Io): Promise<0 | 1 | 2> {
  let options: Options | null;
  let frames: Uint8Array<ArrayBuffer>[];
  try {
    options = readOptions(argv);
    if (!options) {
      io.stdout.write(USAGE);
      return 0;
    }
    frames = await readFrames(options.file);
  } catch (error) {
    io.stderr.write(`${(error as Error).message}\nTry --help.\n`);
    return 2;
  }
  try {
    return report(await play(options, frames, io), io);
  } catch (error) {
    io.stderr.write(`${(error as Error).message}\n`);
    return 1;
  }
}

async function play(options: Options, frames: Uint8Array<ArrayBuffer>[], io: Io): Promise<CaptureResult> {
  const { url, fps, user_id, session_manager } = options;
  const session_id = options.session_id ?? (await startSession(session_manager, user_id));
  // it draws on a terminal only; its graceful exit would swallow the first Ctrl-C
  const bar = new SingleBar(
    { stream: io.stderr, format: '{bar} {value}/{total} frames', gracefulExit: false },
    Presets.shades_classic,
  );
  bar.start(frames.length, 0);
  try {
    return await runCapture({ url, session: { user_id, session_id }, frames, fps, onProgress: (n) => bar.update(n) });
  } finally {
    bar.stop();
  }
}

/** Says what became of the capture. What the server said is quoted, so that it cannot reach the terminal as controls. */
function report(result: CaptureResult, { stdout, stderr }: Io): 0 | 1 {
  switch (result.kind) {
    case 'completed':
      stdout.write(`completed: ${result.frames} frames delivered\n`);
      return 0;
    case 'aborted':
      stderr.write(
        `aborted: error_code ${JSON.stringify(result.error_code)}, reason ${JSON.stringify(result.reason)}\n`,
      );
      return 1;
    case 'failed':
      stderr.write(`failed: close code ${result.close_code}, reason ${JSON.stringify(result.reason)}\n`);
      return 1;
  }
}
