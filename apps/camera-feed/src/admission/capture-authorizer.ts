import type { CaptureGrant } from '@a3cp/capture-domain';
import type { IncomingMessage } from 'node:http';

/**
 * The port that says what a connection can capture. A host that gives none lets every client name any user and session, which
 * session_manager then judges. PROTOCOL.md, "Tickets".
 */
export abstract class CaptureAuthorizer {
  /**
   * Asked once for each upgrade, before there is a WebSocket. Resolves with what the connection may capture, or with null
   * to refuse it (401); rejects if that cannot be said now (503).
   */
  abstract authorize(request: IncomingMessage): Promise<CaptureGrant | null>;
}
