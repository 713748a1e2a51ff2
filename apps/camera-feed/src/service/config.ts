import { type CaptureLimits, captureLimits, NUMERIC_LIMITS } from '@a3cp/capture-domain';
import { MIN_SECRET_BYTES } from '@a3cp/capture-protocol';
import { type Environment, readVariables } from '@a3cp/health';
import { type ForwarderConfig, readForwarder } from '@a3cp/landmark-forwarders';
import { availableParallelism } from 'node:os';
import { type AdmissionPolicy, admissionPolicy } from '../admission/admission-policy.js';
import type { TicketKey } from '../admission/ticket-authorizer.js';

/** What the direct transport needs. */
export interface ExtractorAddress {
  readonly extractor_url: string;
  /** The secret that the extractor asks of its gateways; null brings none. */
  readonly secret: string | null;
}

/** The configuration of the gateway. */
export interface CameraFeedConfig {
  readonly host: string;
  readonly port: number;
  /** Processes that share the port; 1 is this one alone. */
  readonly workers: number;
  readonly session_manager_url: string;
  /** Whether session_manager is asked for many sessions at once. */
  readonly session_batch: boolean;
  /** How frames reach the extractor. */
  readonly forwarder: ForwarderConfig<ExtractorAddress>;
  /** Null asks no client for a ticket. */
  readonly ticket_key: TicketKey | null;
  /** Authenticates session_manager's reports of ended sessions; null accepts none. */
  readonly sessions_closed_secret: string | null;
  readonly limits: CaptureLimits;
  readonly admission: AdmissionPolicy;
}

/** More than the processors of any machine for this service, so that a typing error does not start thousands. */
const MAX_WORKERS = 128;

/**
 * Reads the variables of docs/services.md, and one variable for each limit and timer of PROTOCOL.md, its name in capital letters.
 * An unset or empty variable takes its default. Throws an Error that names the variable of a wrong value, or a misspelt name.
 */
export function readConfig(env: Environment = process.env): CameraFeedConfig {
  return readVariables(env, read);
}

function read(env: Environment): CameraFeedConfig {
  return {
    host: env['HOST'] || '127.0.0.1',
    port: integer(env, 'PORT', 65_535) ?? 3000,
    workers: readWorkers(env),
    session_manager_url: url(env, 'SESSION_MANAGER_URL', ['http:', 'https:']) ?? 'http://127.0.0.1:3001',
    session_batch: flag(env, 'SESSION_BATCH', false),
    forwarder: readForwarder(env, {
      extractor_url:
        url(env, 'LANDMARK_EXTRACTOR_URL', ['ws:', 'wss:']) ?? 'ws://127.0.0.1:3002/landmark_extractor/stream',
      secret: secret(env, 'LANDMARK_STREAM_SECRET'),
    }),
    ticket_key: readTicketKey(env),
    sessions_closed_secret: secret(env, 'SESSIONS_CLOSED_SECRET'),
    limits: readLimits(env),
    admission: readAdmission(env),
  };
}

/** Whether the log is for machines to read: NODE_ENV is `production`. */
export function logsAsJson(env: Environment = process.env): boolean {
  return env['NODE_ENV'] === 'production';
}

function readWorkers(env: Environment): number {
  if (env['WORKERS'] === 'auto') return availableParallelism();
  const workers = integer(env, 'WORKERS', MAX_WORKERS) ?? 1;
  if (workers === 0) throw new Error('WORKERS must be auto or at least 1');
  return workers;
}

function readTicketKey(env: Environment): TicketKey | null {
  const ticket_secret = secret(env, 'CAPTURE_TICKET_SECRET');
  const jwks_url = url(env, 'CAPTURE_TICKET_JWKS_URL', ['http:', 'https:']);
  if (ticket_secret === null) return jwks_url === undefined ? null : { jwks_url };
  if (jwks_url !== undefined) throw new Error('CAPTURE_TICKET_JWKS_URL must not be set beside CAPTURE_TICKET_SECRET');
  return { secret: ticket_secret };
}

function readLimits(env: Environment): CaptureLimits {
  const overrides: Record<string, unknown> = {};
  for (const name of NUMERIC_LIMITS) {
    const value = integer(env, name.toUpperCase());
    if (value !== undefined) overrides[name] = value;
  }
  if (env['FRAME_INSPECTION']) overrides['frame_inspection'] = env['FRAME_INSPECTION'];
  return named(() => captureLimits(overrides));
}

function readAdmission(env: Environment): AdmissionPolicy {
  const overrides: { -readonly [Name in keyof AdmissionPolicy]?: AdmissionPolicy[Name] } = {};
  if (env['ALLOWED_ORIGINS']) {
    overrides.allowed_origins = env['ALLOWED_ORIGINS'].split(',').map((origin) => origin.trim());
  }
  overrides.allow_missing_origin = flag(env, 'ALLOW_MISSING_ORIGIN', true);
  const hops = integer(env, 'TRUSTED_PROXY_HOPS');
  if (hops !== undefined) overrides.trusted_proxy_hops = hops;
  return named(() => admissionPolicy(overrides));
}

/** What names its values as its own names them here as their variables. */
function named<Value>(read: () => Value): Value {
  try {
    return read();
  } catch (error) {
    const { message } = error as Error;
    throw new Error(
      message.replace(/^\w+/, (name) => name.toUpperCase()),
      { cause: error },
    );
  }
}

function secret(env: Environment, name: string): string | null {
  const text = env[name] || null;
  if (text !== null && Buffer.byteLength(text) < MIN_SECRET_BYTES) {
    throw new Error(`${name} must have at least ${MIN_SECRET_BYTES} bytes`);
  }
  return text;
}

function flag(env: Environment, name: string, otherwise: boolean): boolean {
  const text = env[name] || String(otherwise);
  if (text !== 'true' && text !== 'false') throw new Error(`${name} must be true or false`);
  return text === 'true';
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
