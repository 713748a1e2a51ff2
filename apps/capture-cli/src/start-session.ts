import { SCHEMA_VERSION } from '@a3cp/capture-protocol';
import { randomUUID } from 'node:crypto';

const TIMEOUT_MS = 5_000;

/**
 * Starts a session for the user at the session_manager of that origin, http: or https:, or takes the one that is active.
 * Throws an Error if there is no session_id to be had within 5 s.
 */
export async function startSession(origin: string, user_id: string): Promise<string> {
  const url = new URL('/session_manager/sessions.start', origin);
  const timestamp = new Date().toISOString();
  const body = { schema_version: SCHEMA_VERSION, record_id: randomUUID(), user_id, timestamp, performer_id: null };
  const response = await fetch(url, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(body),
    signal: AbortSignal.timeout(TIMEOUT_MS),
  }).catch(() => {
    throw new Error(`session_manager did not answer at ${url.origin}`);
  });
  if (!response.ok) throw new Error(`session_manager at ${url.origin} answered ${response.status}`);
  const session = (await response.json().catch(() => null)) as { session_id?: unknown } | null;
  if (typeof session?.session_id !== 'string') throw new Error(`session_manager at ${url.origin} gave no session_id`);
  return session.session_id;
}
