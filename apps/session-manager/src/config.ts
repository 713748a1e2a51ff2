import { requireNatsUrl } from '@a3cp/landmark-forwarders/nats';
import {
  type Environment,
  type ListenAddress,
  readListenAddress,
  readSecret,
  readUrl,
  readVariables,
} from '@a3cp/service/program';
import type { NotifiedGateway } from './session-end-notifier.js';

/** The configuration of session_manager. */
export interface SessionManagerConfig extends ListenAddress {
  /** Signs capture tickets; null issues none. */
  readonly ticket_secret: string | null;
  /** The gateway that receives reports of ended sessions; null sends none. */
  readonly gateway: NotifiedGateway | null;
  /** The NATS server for reports of ended sessions to all gateways; null sends none. */
  readonly nats_url: string | null;
}

/**
 * Reads HOST, PORT, CAPTURE_TICKET_SECRET, CAMERA_FEED_URL, SESSIONS_CLOSED_SECRET and NATS_URL. An unset or empty
 * variable takes its default; a wrong value throws an Error that names its variable, and so does a misspelt name.
 */
export function readConfig(env: Environment = process.env): SessionManagerConfig {
  return readVariables(env, read);
}

function read(env: Environment): SessionManagerConfig {
  return {
    ...readListenAddress(env, 3001),
    ticket_secret: readSecret(env, 'CAPTURE_TICKET_SECRET'),
    gateway: readGateway(env),
    nats_url: env['NATS_URL'] ? requireNatsUrl(env) : null,
  };
}

function readGateway(env: Environment): NotifiedGateway | null {
  const camera_feed_url = readUrl(env, 'CAMERA_FEED_URL', ['http:', 'https:']) ?? 'http://127.0.0.1:3000';
  const sessions_closed_secret = readSecret(env, 'SESSIONS_CLOSED_SECRET');
  return sessions_closed_secret === null ? null : { camera_feed_url, sessions_closed_secret };
}
