import { CAPTURE_PATHS } from '@a3cp/capture-protocol';
import { parseArgs } from 'node:util';

const DEFAULT_URL = `ws://127.0.0.1:3000${CAPTURE_PATHS[0]}`;
const MAX_FPS = 60;

/** What the command line asks for. */
export interface Options {
  readonly url: string;
  readonly file: string;
  readonly fps: number;
  readonly user_id: string;
  /** Undefined to have one started. */
  readonly session_id: string | undefined;
  /** Undefined if the gateway asks for none. */
  readonly ticket: string | undefined;
  /** Origin of the session_manager that starts one. */
  readonly session_manager: string;
}

export const USAGE = `Usage: a3cp-capture --file FILE.mjpeg|DIRECTORY [options]

Plays JPEG frames to a gateway as one capture.

  --file PATH             an .mjpeg file, or a directory of .jpg files in the order of their names
  --url URL               the gateway's WebSocket (default ${DEFAULT_URL})
  --fps N                 frames a second, 1 to ${MAX_FPS} (default 15)
  --user-id ID            (default demo-user)
  --session-id ID         an active session of that user (default: one is started at the session_manager)
  --ticket TICKET         for a gateway that asks for one
  --session-manager URL   where sessions are started (default: the host of --url)
  --help                  this page

Exit code: 0 the capture was delivered whole, 1 it was not, 2 the command line is wrong.
`;

/** Reads the command line; null if it asks for help. Throws an Error that says what is wrong with it. */
export function readOptions(argv: readonly string[]): Options | null {
  const { values } = parseArgs({
    args: [...argv],
    options: {
      url: { type: 'string', default: DEFAULT_URL },
      file: { type: 'string' },
      fps: { type: 'string', default: '15' },
      'user-id': { type: 'string', default: 'demo-user' },
      'session-id': { type: 'string' },
      ticket: { type: 'string' },
      'session-manager': { type: 'string' },
      help: { type: 'boolean', default: false },
    },
  });
  if (values.help) return null;
  if (!values.file) throw new Error('--file is missing');
  const url = urlOf('--url', values.url, ['ws:', 'wss:']);
  const session_manager = values['session-manager'] ?? url.origin.replace(/^ws/, 'http');
  return {
    url: url.href,
    file: values.file,
    fps: fpsOf(values.fps),
    user_id: values['user-id'],
    session_id: values['session-id'],
    ticket: values.ticket,
    session_manager: urlOf('--session-manager', session_manager, ['http:', 'https:']).origin,
  };
}

function fpsOf(text: string): number {
  const fps = /^\d+$/.test(text) ? Number(text) : 0;
  if (fps < 1 || fps > MAX_FPS) throw new Error(`--fps must be a whole number from 1 to ${MAX_FPS}`);
  return fps;
}

function urlOf(option: string, text: string, protocols: readonly string[]): URL {
  if (!URL.canParse(text) || !protocols.includes(new URL(text).protocol)) {
    throw new Error(`${option} must be a URL that starts with ${protocols.map((name) => `${name}//`).join(' or ')}`);
  }
  return new URL(text);
}
