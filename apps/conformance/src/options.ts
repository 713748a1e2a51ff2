import { parseArgs } from 'node:util';

/** What the command line asks for. */
export interface Options {
  readonly url: string;
  readonly sessions: SessionSource;
}

/** Where the sessions of the captures come from: one of the user's own, or one for each transcript from a session_manager. */
export type SessionSource =
  { readonly user_id: string; readonly session_id: string } | { readonly session_manager: string };

export const USAGE = `Usage: npm run conformance -- --url URL [options]

Plays the transcripts of test/transcripts to an implementation of PROTOCOL.md and says which it answers as it must.

  --url URL               the implementation's capture WebSocket
  --session-manager URL   where a session is started for each transcript (default: the host of --url)
  --user-id ID            with --session-id: an active session to use for all of them instead, one after the other
  --session-id ID
  --help                  this page

Exit code: 0 every transcript that could be played was answered as it must be, 1 one was not, 2 the command line is wrong.
`;

/** Reads the command line; null if it asks for help. Throws an Error that says what is wrong with it. */
export function readOptions(argv: readonly string[]): Options | null {
  const { values } = parseArgs({
    args: [...argv],
    options: {
      url: { type: 'string' },
      'session-manager': { type: 'string' },
      'user-id': { type: 'string' },
      'session-id': { type: 'string' },
      help: { type: 'boolean', default: false },
    },
  });
  if (values.help) return null;
  if (values.url === undefined) throw new Error('--url is missing');
  const url = urlOf('--url', values.url, ['ws:', 'wss:']);
  const { 'user-id': user_id, 'session-id': session_id } = values;
  if (user_id !== undefined && session_id !== undefined) return { url: url.href, sessions: { user_id, session_id } };
  if (user_id !== undefined || session_id !== undefined) throw new Error('--user-id and --session-id go together');
  const session_manager = values['session-manager'] ?? url.origin.replace(/^ws/, 'http');
  return {
    url: url.href,
    sessions: { session_manager: urlOf('--session-manager', session_manager, ['http:', 'https:']).origin },
  };
}

function urlOf(option: string, text: string, protocols: readonly string[]): URL {
  if (!URL.canParse(text) || !protocols.includes(new URL(text).protocol)) {
    throw new Error(`${option} must be a URL that starts with ${protocols.map((name) => `${name}//`).join(' or ')}`);
  }
  return new URL(text);
}
