import { randomUUID } from 'node:crypto';
import { setTimeout } from 'node:timers/promises';
import type { SessionSource } from './options.js';
import { endSession, issueTicket, startSession } from './session-manager-client.js';
import type { Site } from './site.js';
import type { Needs, Transcript } from './transcript.js';

/** A running implementation, and where its captures get what they need. */
export interface Surroundings {
  readonly url: string;
  readonly sessions: SessionSource;
  /** Tickets that are left, one for each connection; null if the implementation demands none. */
  readonly tickets: string[] | 'of session_manager' | null;
}

/** A running implementation somewhere: its extractor is not seen, and time passes by itself. */
export class RemoteSite implements Site {
  /** Longer than the slowest timer that no line waits for: the interval at which sessions are checked. */
  readonly patience_ms = 6_000;

  private constructor(
    readonly url: string,
    readonly user_id: string,
    readonly session_id: string,
    private readonly sessions: SessionSource,
    private readonly own_tickets: string[],
  ) {}

  /** Where this transcript is played: as a new user, if a session_manager is there. */
  static async for(transcript: Transcript, { url, sessions, tickets }: Surroundings): Promise<RemoteSite> {
    const { user_id, session_id } = 'user_id' in sessions ? sessions : await ownSession(transcript, sessions);
    const own: string[] = [];
    for (let missing = connectionsOf(transcript); missing > 0; missing--) {
      if (Array.isArray(tickets)) own.push(...tickets.splice(0, 1));
      else if (tickets && 'session_manager' in sessions) {
        own.push(await issueTicket(sessions.session_manager, user_id, session_id));
      }
    }
    return new RemoteSite(url, user_id, session_id, sessions, own);
  }

  ticket(): string | null {
    return this.own_tickets.shift() ?? null;
  }

  async provide({ session }: Needs): Promise<void> {
    if (session !== 'closed' || !('session_manager' in this.sessions)) return;
    await endSession(this.sessions.session_manager, this.user_id, this.session_id);
  }

  async pass(ms: number): Promise<void> {
    await setTimeout(ms);
  }
}

/** The first need of a transcript that cannot be provided from outside, in words, else null. */
export function unmetNeed(transcript: Transcript, { sessions, tickets }: Surroundings): string | null {
  if (Array.isArray(tickets) && tickets.length < connectionsOf(transcript)) return 'needs one more ticket';
  for (const needs of needsOf(transcript)) {
    for (const [party, what] of Object.entries(needs)) {
      const met = party === 'session' && ['closed', 'invalid'].includes(String(what)) && 'session_manager' in sessions;
      if (!met) return `needs ${party} ${typeof what === 'string' ? what : JSON.stringify(what)}`;
      if (what === 'invalid' && tickets) return 'needs a ticket for a session that does not exist';
    }
  }
  return null;
}

async function ownSession(
  transcript: Transcript,
  { session_manager }: { readonly session_manager: string },
): Promise<{ user_id: string; session_id: string }> {
  const user_id = `conformance-${randomUUID()}`;
  const invalid = needsOf(transcript).some(({ session }) => session === 'invalid');
  // an identifier that session_manager never gave belongs to no user
  return { user_id, session_id: invalid ? randomUUID() : await startSession(session_manager, user_id) };
}

function connectionsOf({ lines }: Transcript): number {
  return new Set(lines.flatMap((line) => ('client' in line ? [line.on ?? ''] : []))).size;
}

function needsOf({ lines }: Transcript): Needs[] {
  return lines.flatMap((line) => ('needs' in line ? [line.needs] : []));
}
