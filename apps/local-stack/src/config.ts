import { NUMERIC_LIMITS } from '@a3cp/capture-domain';
import { readLandmarkThreads } from '@a3cp/landmark-extractor';
import { type Environment, type ListenAddress, readListenAddress, readVariables } from '@a3cp/service/program';

/** The configuration of the local stack. */
export interface LocalStackConfig extends ListenAddress {
  readonly landmark_threads: number;
}

/**
 * Variables that the services read and the local stack does not. It refuses them, since it would run without the configured
 * limits or tickets.
 */
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
  const address = readListenAddress(env, 3000);
  if ((env['LANDMARK_FORWARDER'] || 'in-process') !== 'in-process') {
    throw new Error('LANDMARK_FORWARDER must be in-process; direct and nats are what npm run start:camera-feed does');
  }
  for (const name of OF_SERVICES) {
    if (env[name]) throw new Error(`${name} must not be set for npm start; npm run start:camera-feed reads it`);
  }
  return { ...address, landmark_threads: readLandmarkThreads(env) };
}
