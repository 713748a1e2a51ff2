/** What the session_manager is told from outside. */
export interface SessionManagerConfig {
  readonly host: string;
  readonly port: number;
}

type Environment = Readonly<Record<string, string | undefined>>;

const MAX_PORT = 65_535;

/**
 * Reads HOST and PORT. An unset or empty variable takes its default; a wrong value throws an Error that names its variable.
 */
export function readConfig(env: Environment = process.env): SessionManagerConfig {
  const port = env['PORT'] || '3001';
  if (!/^\d+$/.test(port) || Number(port) > MAX_PORT) {
    throw new Error(`PORT must be a whole number of at most ${MAX_PORT}`);
  }
  return { host: env['HOST'] || '127.0.0.1', port: Number(port) };
}
