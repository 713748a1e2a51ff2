/** What the session_manager is told from outside. */
export interface SessionManagerConfig {
  readonly host: string;
  readonly port: number;
  /** Signs capture tickets; null issues none. */
  readonly ticket_secret: string | null;
}

type Environment = Readonly<Record<string, string | undefined>>;

const MAX_PORT = 65_535;

/** What HS256 asks of its secret. */
const MIN_SECRET_BYTES = 32;

/**
 * Reads HOST, PORT and CAPTURE_TICKET_SECRET. An unset or empty variable takes its default; a wrong value throws an Error that names its variable.
 */
export function readConfig(env: Environment = process.env): SessionManagerConfig {
  const port = env['PORT'] || '3001';
  if (!/^\d+$/.test(port) || Number(port) > MAX_PORT) {
    throw new Error(`PORT must be a whole number of at most ${MAX_PORT}`);
  }
  const ticket_secret = env['CAPTURE_TICKET_SECRET'] || null;
  if (ticket_secret !== null && Buffer.byteLength(ticket_secret) < MIN_SECRET_BYTES) {
    throw new Error(`CAPTURE_TICKET_SECRET must have at least ${MIN_SECRET_BYTES} bytes`);
  }
  return { host: env['HOST'] || '127.0.0.1', port: Number(port), ticket_secret };
}
