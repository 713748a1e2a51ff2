import { MIN_SECRET_BYTES } from '@a3cp/capture-protocol';
import { type Environment, readVariables } from '@a3cp/health';
import { requireNatsUrl } from '@a3cp/landmark-forwarders/nats';
import type { NotifiedGateway } from './session-end-notifier.js';

/** The configuration of session_manager. */
export interface SessionManagerConfig {
  readonly host: string;
  readonly port: number;
  /** Signs capture tickets; null issues none. */
  readonly ticket_secret: string | null;
  /** Told of sessions that end; null tells nobody. */
  readonly gateway: NotifiedGateway | null;
  /** Where all gateways are told of sessions that end; null tells none there. */
  readonly nats_url: string | null;
}

const MAX_PORT = 65_535;

/**
 * Reads HOST, PORT, CAPTURE_TICKET_SECRET, CAMERA_FEED_URL, SESSIONS_CLOSED_SECRET and NATS_URL. An unset or empty
 * variable takes its default; a wrong value throws an Error that names its variable, and so does a misspelt name.
 */
export function readConfig(env: Environment = process.env): SessionManagerConfig {
  return readVariables(env, read);
}

function read(env: Environment): SessionManagerConfig {
  const port = env['PORT'] || '3001';
  if (!/^\d+$/.test(port) || Number(port) > MAX_PORT) {
    throw new Error(`PORT must be a whole number of at most ${MAX_PORT}`);
  }
  return {
    host: env['HOST'] || '127.0.0.1',
    port: Number(port),
    ticket_secret: secret(env, 'CAPTURE_TICKET_SECRET'),
    gateway: readGateway(env),
    nats_url: env['NATS_URL'] ? requireNatsUrl(env) : null,
  };
}

function readGateway(env: Environment): NotifiedGateway | null {
  const camera_feed_url = env['CAMERA_FEED_URL'] || 'http://127.0.0.1:3000';
  if (!URL.canParse(camera_feed_url) || !/^https?:$/.test(new URL(camera_feed_url).protocol)) {
    throw new Error('CAMERA_FEED_URL must be a URL that starts with http:// or https://');
  }
  const sessions_closed_secret = secret(env, 'SESSIONS_CLOSED_SECRET');
  return sessions_closed_secret === null ? null : { camera_feed_url, sessions_closed_secret };
}

function secret(env: Environment, name: string): string | null {
  const value = env[name] || null;
  if (value !== null && Buffer.byteLength(value) < MIN_SECRET_BYTES) {
    throw new Error(`${name} must have at least ${MIN_SECRET_BYTES} bytes`);
  }
  return value;
}

/** Whether the log is for machines to read: NODE_ENV is `production`. */
export function logsAsJson(env: Environment = process.env): boolean {
  return env['NODE_ENV'] === 'production';
}
