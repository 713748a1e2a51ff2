import { type CaptureLimits, captureLimits, NUMERIC_LIMITS } from '@a3cp/capture-domain';
import { type ForwarderConfig, readForwarder } from '@a3cp/landmark-forwarders';
import {
  type Environment,
  type ListenAddress,
  readInteger,
  readListenAddress,
  readSecret,
  readUrl,
  readVariables,
} from '@a3cp/service/program';
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
export interface CameraFeedConfig extends ListenAddress {
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
    ...readListenAddress(env, 3000),
    workers: readWorkers(env),
    session_manager_url: readUrl(env, 'SESSION_MANAGER_URL', ['http:', 'https:']) ?? 'http://127.0.0.1:3001',
    session_batch: flag(env, 'SESSION_BATCH', false),
    forwarder: readForwarder(env, {
      extractor_url:
        readUrl(env, 'LANDMARK_EXTRACTOR_URL', ['ws:', 'wss:']) ?? 'ws://127.0.0.1:3002/landmark_extractor/stream',
      secret: readSecret(env, 'LANDMARK_STREAM_SECRET'),
    }),
    ticket_key: readTicketKey(env),
    sessions_closed_secret: readSecret(env, 'SESSIONS_CLOSED_SECRET'),
    limits: readLimits(env),
    admission: readAdmission(env),
  };
}

function readWorkers(env: Environment): number {
  if (env['WORKERS'] === 'auto') return availableParallelism();
  const workers = readInteger(env, 'WORKERS', MAX_WORKERS) ?? 1;
  if (workers === 0) throw new Error('WORKERS must be auto or at least 1');
  return workers;
}

function readTicketKey(env: Environment): TicketKey | null {
  const ticket_secret = readSecret(env, 'CAPTURE_TICKET_SECRET');
  const jwks_url = readUrl(env, 'CAPTURE_TICKET_JWKS_URL', ['http:', 'https:']);
  if (ticket_secret === null) return jwks_url === undefined ? null : { jwks_url };
  if (jwks_url !== undefined) throw new Error('CAPTURE_TICKET_JWKS_URL must not be set beside CAPTURE_TICKET_SECRET');
  return { secret: ticket_secret };
}

function readLimits(env: Environment): CaptureLimits {
  const overrides: Record<string, unknown> = {};
  for (const name of NUMERIC_LIMITS) {
    const value = readInteger(env, name.toUpperCase());
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
  const hops = readInteger(env, 'TRUSTED_PROXY_HOPS');
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

function flag(env: Environment, name: string, otherwise: boolean): boolean {
  const text = env[name] || String(otherwise);
  if (text !== 'true' && text !== 'false') throw new Error(`${name} must be true or false`);
  return text === 'true';
}
