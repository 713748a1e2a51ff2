import { NUMERIC_LIMITS } from '@a3cp/capture-domain';
import { type Environment, readVariables } from '@a3cp/health';
import { readLandmarkThreads } from '@a3cp/landmark-extractor';

/** The configuration of the local stack. */
export interface LocalStackConfig {
  readonly host: string;
  readonly port: number;
  readonly landmark_threads: number;
}

/** What the services read and the local stack does not, which would else run without limits or tickets that somebody asked for. */
const OF_SERVICES: readonly string[] = [
  ...['WORKERS', 'SESSION_MANAGER_URL', 'SESSION_BATCH', 'LANDMARK_EXTRACTOR_URL', 'CAMERA_FEED_URL', 'NATS_URL'],
  ...['CAPTURE_TICKET_SECRET', 'CAPTURE_TICKET_JWKS_URL', 'SESSIONS_CLOSED_SECRET'],
  ...['LANDMARK_STREAM_SECRET', 'LANDMARK_RESULTS_SECRET'],
  ...['ALLOWED_ORIGINS', 'ALLOW_MISSING_ORIGIN', 'TRUSTED_PROXY_HOPS', 'FRAME_INSPECTION'],
  ...NUMERIC_LIMITS.map((name) => name.toUpperCase()),
];

/**
 * Reads HOST, PORT and LANDMARK_THREADS; an unset or empty variable takes its default, a wrong value throws an Error that
 * names its variable, and so does a misspelt name. A variable of the services throws as well, rather than be ignored.
 */
export function readConfig(env: Environment = process.env): LocalStackConfig {
  return readVariables(env, read);
}

function read(env: Environment): LocalStackConfig {
  const port = env['PORT'] || '3000';
  if (!/^\d+$/.test(port) || Number(port) > 65_535) throw new Error('PORT must be a whole number of at most 65535');
  if ((env['LANDMARK_FORWARDER'] || 'in-process') !== 'in-process') {
    throw new Error('LANDMARK_FORWARDER must be in-process; direct and nats are what npm run start:camera-feed does');
  }
  for (const name of OF_SERVICES) {
    if (env[name]) throw new Error(`${name} must not be set for npm start; npm run start:camera-feed reads it`);
  }
  return { host: env['HOST'] || '127.0.0.1', port: Number(port), landmark_threads: readLandmarkThreads(env) };
}

/** Whether the log is for machines to read: NODE_ENV is `production`. */
export function logsAsJson(env: Environment = process.env): boolean {
  return env['NODE_ENV'] === 'production';
}
