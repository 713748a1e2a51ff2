import { SCHEMA_VERSION } from '@a3cp/capture-protocol';
import { randomUUID } from 'node:crypto';

const TIMEOUT_MS = 5_000;

/** Starts a session for the user at the session_manager of that origin. Throws an Error if this fails. */
export async function startSession(origin: string, user_id: string): Promise<string> {
  const session = await post(origin, 'sessions.start', { user_id });
  if (typeof session['session_id'] !== 'string') throw new Error(`session_manager at ${origin} gave no session_id`);
  return session['session_id'];
}

/** Ends it. */
export async function endSession(origin: string, user_id: string, session_id: string): Promise<void> {
  await post(origin, 'sessions.end', { user_id, session_id, end_time: new Date().toISOString() });
}

/** A capture ticket for one connection. Throws an Error without a ticket. PROTOCOL.md, "Tickets". */
export async function issueTicket(origin: string, user_id: string, session_id: string): Promise<string> {
  const { ticket } = await post(origin, 'sessions.ticket', { user_id, session_id });
  if (typeof ticket !== 'string') throw new Error(`session_manager at ${origin} gave no ticket`);
  return ticket;
}

async function post(origin: string, route: string, fields: object): Promise<Record<string, unknown>> {
  const common = { schema_version: SCHEMA_VERSION, record_id: randomUUID(), timestamp: new Date().toISOString() };
  const response = await fetch(`${origin.replace(/\/+$/, '')}/session_manager/${route}`, {
    method: 'POST',
    // session_manager closes idle connections, also while the next request is on its way
    headers: { 'content-type': 'application/json', connection: 'close' },
    body: JSON.stringify({ ...common, performer_id: null, ...fields }),
    signal: AbortSignal.timeout(TIMEOUT_MS),
  }).catch(() => {
    throw new Error(`session_manager did not answer at ${origin}`);
  });
  if (!response.ok) throw new Error(`session_manager at ${origin} answered ${response.status} to ${route}`);
  return (await response.json()) as Record<string, unknown>;
}
