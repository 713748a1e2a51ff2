import { randomUUID } from 'node:crypto';
import type { Writable } from 'node:stream';
import { Connection } from './connection.js';
import { looksForLandmarks } from './landmarks.js';
import type { GatewayCommand } from './options.js';
import { RemoteSite, type Surroundings, unmetNeed } from './remote-site.js';
import { replay } from './replay.js';
import { issueTicket, startSession } from './session-manager-client.js';
import type { Transcript } from './transcript.js';
import { Unplayable } from './unplayable.js';
import type { Verdict } from './verdict.js';

const LANDMARKS_NOTE = `This server looks for landmarks in every frame. Its extractor is soon full and refuses captures: transcripts that
FAIL with forward_failed say nothing about the gateway. To judge the gateway, start the extractor with LANDMARK_THREADS=0.
`;

const FULL_NOTE = `Transcripts FAIL with forward_failed: the extractor refuses captures. One that looks for landmarks is soon full; start it
with LANDMARK_THREADS=0.
`;

/** Transcripts that are played at the same time, since most of what they take is waiting. */
const AT_ONCE = 8;

/** How long a handshake may take, milliseconds. PROTOCOL.md, "Timers". */
const HANDSHAKE_MS = 5_000;

const NO_TICKET = 401;

/** What came instead, if the session is not one that a capture can have. */
const NO_SESSION = /received .*"(session_(?:closed|invalid|unavailable))"$/;

/**
 * Plays transcripts to a gateway. Returns the verdicts in the order of the transcripts. Throws {@link Unplayable} if no server
 * answers, or without a session or ticket.
 *
 * @param notes where to write what the user should know besides the verdicts
 */
export async function judgeGateway(
  transcripts: readonly Transcript[],
  command: GatewayCommand,
  notes: Writable,
): Promise<Verdict[]> {
  const surroundings = await findSurroundings(command);
  // a ticket of the user's is good for one connection, and none is left over for this
  const landmarks = !Array.isArray(surroundings.tickets) && (await looksForLandmarks(surroundings));
  if (landmarks) notes.write(LANDMARKS_NOTE);
  const verdicts: Verdict[] = [];
  const waiting = [...transcripts.entries()];
  const work = async (): Promise<void> => {
    for (let next = waiting.shift(); next; next = waiting.shift()) {
      const [index, transcript] = next;
      verdicts[index] = await verdictOn(transcript, surroundings);
    }
  };
  // one session has room for few captures at a time
  const workers = 'session_manager' in command.sessions ? AT_ONCE : 1;
  await Promise.all(Array.from({ length: workers }, work));
  const refused = verdicts.some(({ result, why }) => result === 'FAIL' && why?.includes('forward_failed'));
  if (refused && !landmarks) notes.write(FULL_NOTE);
  return verdicts;
}

async function findSurroundings({ url, sessions, tickets }: GatewayCommand): Promise<Surroundings> {
  const demands_ticket = await demandsTicket(url);
  if ('user_id' in sessions) {
    if (!demands_ticket) return { url, sessions, tickets: null };
    if (tickets.length > 0) return { url, sessions, tickets: [...tickets] };
    throw new Unplayable('the gateway demands a ticket: give --ticket TICKET, one for each connection');
  }
  const user_id = `conformance-${randomUUID()}`;
  try {
    const session_id = await startSession(sessions.session_manager, user_id);
    if (demands_ticket) await issueTicket(sessions.session_manager, user_id, session_id);
  } catch (error) {
    const otherwise = `--user-id and --session-id${demands_ticket ? ', and --ticket' : ''}`;
    throw new Unplayable(`${(error as Error).message}; give --session-manager URL, or ${otherwise}`);
  }
  return { url, sessions, tickets: demands_ticket ? 'of session_manager' : null };
}

/** Whether the gateway requires a ticket. Throws {@link Unplayable} if the URL serves no capture WebSocket. */
async function demandsTicket(url: string): Promise<boolean> {
  const connection = new Connection(url);
  try {
    const answer = await connection.answered(AbortSignal.timeout(HANDSHAKE_MS)).catch(() => null);
    if (answer === null) throw new Unplayable(`no server answers at ${url}`);
    if (typeof answer === 'string') return false;
    if (answer === NO_TICKET) return true;
    throw new Unplayable(`the server at ${url} refuses the WebSocket with HTTP ${answer}`);
  } finally {
    connection.disconnect();
  }
}

async function verdictOn(transcript: Transcript, surroundings: Surroundings): Promise<Verdict> {
  const { name, clauses } = transcript;
  const about = { name, clause: `PROTOCOL.md: ${clauses.join('; ')}` };
  const unmet = unmetNeed(transcript, surroundings);
  if (unmet !== null) return { ...about, result: 'skip', why: unmet };
  const why = await played(transcript, surroundings);
  const [, error_code] = NO_SESSION.exec(why ?? '') ?? [];
  if (error_code !== undefined && 'user_id' in surroundings.sessions) {
    throw new Unplayable(`no capture can have the session of --user-id and --session-id: ${error_code}`);
  }
  return { ...about, result: why === null ? 'pass' : 'FAIL', why };
}

/** Null if the transcript was answered as it must be, else what was not. */
async function played(transcript: Transcript, surroundings: Surroundings): Promise<string | null> {
  try {
    return await replay(transcript, await RemoteSite.for(transcript, surroundings));
  } catch (error) {
    return (error as Error).message;
  }
}
