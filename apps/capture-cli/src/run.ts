import { randomUUID } from 'node:crypto';
import { readFrames } from './frames.js';
import { type Options, readOptions, USAGE } from './options.js';
import { type Io, playCapture } from './play-capture.js';
import { startSession } from './start-session.js';

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
    const { url, fps, user_id, ticket } = options;
    const session_id = options.session_id ?? (await sessionFor(options));
    const capture_id = randomUUID();
    const result = await playCapture({ url, capture_id, session: { user_id, session_id }, ticket, frames, fps }, io);
    return result.kind === 'completed' && result.frames === frames.length ? 0 : 1;
  } catch (error) {
    io.stderr.write(`${(error as Error).message}\n`);
    return 1;
  }
}

async function sessionFor({ session_manager, user_id }: Options): Promise<string> {
  try {
    return await startSession(session_manager, user_id);
  } catch (error) {
    const options = 'Name an active session with --session-id, or where to start one with --session-manager.';
    throw new Error(`${(error as Error).message}\n${options}`, { cause: error });
  }
}
