import type { CaptureOpen } from './message.js';

/** What a connection may capture, as a host's authority has said. PROTOCOL.md, "Tickets". */
export interface CaptureGrant {
  readonly user_id: string;
  readonly session_id: string;
  /** Null for any capture of the session. */
  readonly capture_id: string | null;
}

/** Why the open is not covered by the grant, in our own words; null if it is. */
export function grantFault(grant: CaptureGrant, open: CaptureOpen): string | null {
  if (open.user_id !== grant.user_id) return "user_id is not the ticket's";
  if (open.session_id !== grant.session_id) return "session_id is not the ticket's";
  if (grant.capture_id !== null && open.capture_id !== grant.capture_id) return "capture_id is not the ticket's";
  return null;
}
