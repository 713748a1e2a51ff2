import { SCHEMA_VERSION } from '@a3cp/capture-protocol';
import type { Session } from './page-state.js';
import { type Problem, problemOf } from './problem.js';

const TIMEOUT_MS = 5_000;

/** What session_manager came to: a problem, or null. */
export type Refusal = Problem | null;

/**
 * Starts a session for the user, or takes the one that is active; none where the page could not have the camera, as not
 * loaded from https: or from this machine. PROTOCOL.md, "Sessions".
 */
export async function startSession(user_id: string): Promise<Session | Problem> {
  // such a page has no crypto.randomUUID either; better said before a session than after it
  if (!isSecureContext) return problemOf('session_start', 'camera_insecure');
  const answer = await post('sessions.start', { user_id });
  if (typeof answer === 'string') return problemOf('session_start', answer);
  if (answer.status === 400) return problemOf('session_start', 'name_refused');
  const session = answer.ok ? ((await answer.json().catch(() => null)) as { session_id?: unknown } | null) : null;
  if (typeof session?.session_id !== 'string') return problemOf('session_start', 'server_failed');
  return { user_id, session_id: session.session_id };
}

/** Ends the session; one that is over already, or not known any more, is ended too. */
export async function endSession({ user_id, session_id }: Session): Promise<Refusal> {
  const answer = await post('sessions.end', { user_id, session_id, end_time: new Date().toISOString() });
  if (typeof answer === 'string') return problemOf('session_end', answer);
  return answer.ok || answer.status === 404 || answer.status === 409 ? null : problemOf('session_end', 'server_failed');
}

async function post(route: string, fields: object): Promise<Response | 'server_silent' | 'server_unreachable'> {
  const common = {
    schema_version: SCHEMA_VERSION,
    record_id: crypto.randomUUID(),
    timestamp: new Date().toISOString(),
    performer_id: null,
  };
  // Safari 15 has no AbortSignal.timeout
  const late = new AbortController();
  setTimeout(() => late.abort(), TIMEOUT_MS);
  try {
    return await fetch(`/session_manager/${route}`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ ...common, ...fields }),
      signal: late.signal,
    });
  } catch {
    return late.signal.aborted ? 'server_silent' : 'server_unreachable';
  }
}
