import { randomBytes } from 'node:crypto';

const random = (): string => randomBytes(32).toString('hex');

/** Signs capture tickets. */
export const secret = process.env['CAPTURE_TICKET_SECRET'] ?? random();

/** Authenticates the service that reports ended sessions. */
export const sessionsClosedSecret = process.env['SESSIONS_CLOSED_SECRET'] ?? random();
