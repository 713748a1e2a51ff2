import { randomUUID } from 'node:crypto';
import { setTimeout } from 'node:timers/promises';
import type { Options, SessionSource } from './options.js';
import { endSession, startSession } from './session-manager-client.js';
import type { Site } from './site.js';
import type { Needs, Transcript } from './transcript.js';

/** A running implementation somewhere: its extractor is not seen, and time passes by itself. */
export class RemoteSite implements Site {
  /** Longer than the slowest timer that no line waits for: the interval at which sessions are checked. */
  readonly patience_ms = 6_000;

  private constructor(
    readonly url: string,
    readonly user_id: string,
    readonly session_id: string,
    private readonly sessions: SessionSource,
  ) {}

  /** Where this transcript is to be played: as a user of its own, if there is a session_manager to ask. */
  static async for(transcript: Transcript, { url, sessions }: Options): Promise<RemoteSite> {
    if ('user_id' in sessions) return new RemoteSite(url, sessions.user_id, sessions.session_id, sessions);
    const user_id = `conformance-${randomUUID()}`;
    const invalid = needsOf(transcript).some(({ session }) => session === 'invalid');
    // what session_manager never gave is no session of anybody's
    const session_id = invalid ? randomUUID() : await startSession(sessions.session_manager, user_id);
    return new RemoteSite(url, user_id, session_id, sessions);
  }

  async provide({ session }: Needs): Promise<void> {
    if (session !== 'closed' || !('session_manager' in this.sessions)) return;
    await endSession(this.sessions.session_manager, this.user_id, this.session_id);
  }

  async pass(ms: number): Promise<void> {
    await setTimeout(ms);
  }
}

/** The first thing a transcript needs that nobody can bring about from outside, in words; null if there is none. */
export function unmetNeed(transcript: Transcript, sessions: SessionSource): string | null {
  for (const needs of needsOf(transcript)) {
    for (const [party, what] of Object.entries(needs)) {
      const met = party === 'session' && ['closed', 'invalid'].includes(String(what)) && 'session_manager' in sessions;
      if (!met) return `needs ${party} ${typeof what === 'string' ? what : JSON.stringify(what)}`;
    }
  }
  return null;
}

function needsOf({ lines }: Transcript): Needs[] {
  return lines.flatMap((line) => ('needs' in line ? [line.needs] : []));
}
