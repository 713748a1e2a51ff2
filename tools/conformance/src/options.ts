import { parseArgs } from 'node:util';

/** What the command line asks for. */
export type Command = GatewayCommand | ExtractorCommand | SessionManagerCommand;

/** Judges a gateway, or another server of PROTOCOL.md. */
export interface GatewayCommand extends OneOrAll {
  readonly target: 'gateway';
  readonly url: string;
  readonly sessions: SessionSource;
  /** One for each connection; none leaves it to session_manager, if the gateway demands one. */
  readonly tickets: readonly string[];
}

/** Judges an extractor of the direct transport. */
export interface ExtractorCommand extends OneOrAll {
  readonly target: 'extractor';
  readonly url: string;
  /** What the extractor demands of its gateways; null if it demands none. */
  readonly secret: string | null;
}

/** Judges a session_manager. */
export interface SessionManagerCommand extends OneOrAll {
  readonly target: 'session_manager';
  readonly url: string;
  /** An active session; null starts and ends sessions at the session_manager itself. */
  readonly session: UserSession | null;
}

interface OneOrAll {
  /** The name of the only transcript or check to play; null plays all. */
  readonly only: string | null;
}

export interface UserSession {
  readonly user_id: string;
  readonly session_id: string;
}

/** Where the sessions of the captures come from: one of the user's own, or one for each transcript from a session_manager. */
export type SessionSource = UserSession | { readonly session_manager: string };

export const USAGE = `Usage: npm run conformance -- [gateway|extractor|session_manager] --url URL [options]

Plays a client to a gateway, or a gateway to an extractor or a session_manager, and says what does not follow the contract.

  gateway                 plays the transcripts of test/transcripts, as a client of PROTOCOL.md (the default)
    --url URL             the capture WebSocket
    --session-manager URL where a session is started for each transcript (default: the host of --url)
    --user-id ID          with --session-id: an active session to use for all of them instead, one after the other
    --session-id ID
    --ticket TICKET       for a gateway that demands one; each connection uses up one, so give as many as there are
                          connections, with --user-id and --session-id (default: session_manager issues them)

  extractor               plays a gateway over the direct transport
    --url URL             the stream, ws://127.0.0.1:3002/landmark_extractor/stream for the reference extractor
    --secret SECRET       what the extractor demands of its gateways (LANDMARK_STREAM_SECRET)

  session_manager         plays a gateway's questions
    --url URL             as in SESSION_MANAGER_URL
    --user-id ID          with --session-id: an active session (default: one is started, and ended)
    --session-id ID

  --only NAME             plays one transcript, or one check
  --help                  this page

Exit code: 0 everything that could be played followed the contract, 1 something did not, 2 nothing could be played: the command line
is wrong, no server answers, or there is no session.
`;

const COMMON = {
  url: { type: 'string' },
  only: { type: 'string' },
  help: { type: 'boolean', default: false },
} as const;

const SESSION = { 'user-id': { type: 'string' }, 'session-id': { type: 'string' } } as const;

/** Reads the command line; null if it asks for help. Throws an Error that says what is wrong with it. */
export function readOptions(argv: readonly string[]): Command | null {
  const [first = '', ...rest] = argv;
  switch (first) {
    case 'extractor':
      return readExtractor(rest);
    case 'session_manager':
      return readSessionManager(rest);
    case 'gateway':
      return readGateway(rest);
    default:
      return readGateway([...argv]);
  }
}

function readGateway(args: string[]): GatewayCommand | null {
  const { values } = parseArgs({
    args,
    options: {
      ...COMMON,
      ...SESSION,
      'session-manager': { type: 'string' },
      ticket: { type: 'string', multiple: true, default: [] },
    },
  });
  if (values.help) return null;
  const url = urlOf('--url', values.url, ['ws:', 'wss:']);
  const session = sessionOf(values['user-id'], values['session-id']);
  const tickets = values.ticket;
  if (tickets.length > 0 && !session) throw new Error('--ticket goes with --user-id and --session-id');
  const session_manager = values['session-manager'] ?? url.origin.replace(/^ws/, 'http');
  const started = { session_manager: urlOf('--session-manager', session_manager, ['http:', 'https:']).origin };
  return { target: 'gateway', url: url.href, sessions: session ?? started, tickets, only: values.only ?? null };
}

function readExtractor(args: string[]): ExtractorCommand | null {
  const { values } = parseArgs({ args, options: { ...COMMON, secret: { type: 'string' } } });
  if (values.help) return null;
  const { href } = urlOf('--url', values.url, ['ws:', 'wss:']);
  return { target: 'extractor', url: href, secret: values.secret ?? null, only: values.only ?? null };
}

function readSessionManager(args: string[]): SessionManagerCommand | null {
  const { values } = parseArgs({ args, options: { ...COMMON, ...SESSION } });
  if (values.help) return null;
  const { href } = urlOf('--url', values.url, ['http:', 'https:']);
  const session = sessionOf(values['user-id'], values['session-id']);
  return { target: 'session_manager', url: href, session, only: values.only ?? null };
}

function sessionOf(user_id: string | undefined, session_id: string | undefined): UserSession | null {
  if (user_id !== undefined && session_id !== undefined) return { user_id, session_id };
  if (user_id !== undefined || session_id !== undefined) throw new Error('--user-id and --session-id go together');
  return null;
}

function urlOf(option: string, text: string | undefined, protocols: readonly string[]): URL {
  if (text === undefined) throw new Error(`${option} is missing`);
  if (!URL.canParse(text) || !protocols.includes(new URL(text).protocol)) {
    throw new Error(`${option} must be a URL that starts with ${protocols.map((name) => `${name}//`).join(' or ')}`);
  }
  return new URL(text);
}
