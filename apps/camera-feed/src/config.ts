import { type CaptureLimits, captureLimits, NUMERIC_LIMITS } from '@a3cp/capture-domain';

/** What the gateway is told from outside. */
export interface CameraFeedConfig {
  readonly host: string;
  readonly port: number;
  readonly session_manager_url: string;
  readonly landmark_extractor_url: string;
  readonly limits: CaptureLimits;
}

type Environment = Readonly<Record<string, string | undefined>>;

/**
 * Reads HOST, PORT, SESSION_MANAGER_URL, LANDMARK_EXTRACTOR_URL, FRAME_INSPECTION and one variable for each limit and timer,
 * named as in PROTOCOL.md in capital letters. An unset or empty variable takes its default; a wrong value throws an Error
 * that names its variable.
 */
export function readConfig(env: Environment = process.env): CameraFeedConfig {
  return {
    host: env['HOST'] || '127.0.0.1',
    port: integer(env, 'PORT', 65_535) ?? 3000,
    session_manager_url: url(env, 'SESSION_MANAGER_URL', ['http:', 'https:']) ?? 'http://127.0.0.1:3001',
    landmark_extractor_url:
      url(env, 'LANDMARK_EXTRACTOR_URL', ['ws:', 'wss:']) ?? 'ws://127.0.0.1:3002/landmark_extractor/stream',
    limits: readLimits(env),
  };
}

function readLimits(env: Environment): CaptureLimits {
  const overrides: Record<string, unknown> = {};
  for (const name of NUMERIC_LIMITS) {
    const value = integer(env, name.toUpperCase());
    if (value !== undefined) overrides[name] = value;
  }
  if (env['FRAME_INSPECTION']) overrides['frame_inspection'] = env['FRAME_INSPECTION'];
  try {
    return captureLimits(overrides);
  } catch (error) {
    // the domain names a limit as its own; here it goes by the name of its variable
    const { message } = error as Error;
    throw new Error(
      message.replace(/^\w+/, (name) => name.toUpperCase()),
      { cause: error },
    );
  }
}

function integer(env: Environment, name: string, most = Number.MAX_SAFE_INTEGER): number | undefined {
  const text = env[name];
  if (!text) return undefined;
  if (!/^\d+$/.test(text) || Number(text) > most) throw new Error(`${name} must be a whole number of at most ${most}`);
  return Number(text);
}

function url(env: Environment, name: string, protocols: readonly string[]): string | undefined {
  const text = env[name];
  if (!text) return undefined;
  if (!URL.canParse(text) || !protocols.includes(new URL(text).protocol)) {
    throw new Error(
      `${name} must be a URL that starts with ${protocols.map((protocol) => `${protocol}//`).join(' or ')}`,
    );
  }
  return text;
}
