import { type ClaimLimits, DEFAULT_CAPTURE_LIMITS } from '@a3cp/capture-domain';
import { type Environment, readVariables } from '@a3cp/health';
import { requireNatsUrl } from '@a3cp/landmark-forwarders/nats';

/** The configuration of the registrar. */
export interface CaptureRegistrarConfig {
  readonly host: string;
  readonly port: number;
  readonly nats_url: string;
  readonly limits: ClaimLimits;
}

const MAX_PORT = 65_535;

/**
 * Reads HOST, PORT, NATS_URL, MAX_CONCURRENT_CAPTURES_PER_USER and MAX_CONCURRENT_CAPTURES_PER_SESSION. An unset or empty
 * variable takes its default, but NATS_URL has none; a wrong value throws an Error that names its variable, and so does a
 * misspelt name.
 */
export function readConfig(env: Environment = process.env): CaptureRegistrarConfig {
  return readVariables(env, read);
}

function read(env: Environment): CaptureRegistrarConfig {
  return {
    host: env['HOST'] || '127.0.0.1',
    port: integer(env, 'PORT', 3004, MAX_PORT),
    nats_url: requireNatsUrl(env),
    limits: {
      max_concurrent_captures_per_user: limit(env, 'max_concurrent_captures_per_user'),
      max_concurrent_captures_per_session: limit(env, 'max_concurrent_captures_per_session'),
    },
  };
}

/** Whether the log is for machines to read: NODE_ENV is `production`. */
export function logsAsJson(env: Environment = process.env): boolean {
  return env['NODE_ENV'] === 'production';
}

function limit(env: Environment, name: keyof ClaimLimits): number {
  return integer(env, name.toUpperCase(), DEFAULT_CAPTURE_LIMITS[name], Number.MAX_SAFE_INTEGER);
}

function integer(env: Environment, name: string, otherwise: number, most: number): number {
  const text = env[name] || String(otherwise);
  if (!/^\d+$/.test(text) || Number(text) > most) throw new Error(`${name} must be a whole number of at most ${most}`);
  return Number(text);
}
