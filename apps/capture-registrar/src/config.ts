import { type ClaimLimits, DEFAULT_CAPTURE_LIMITS } from '@a3cp/capture-domain';
import { requireNatsUrl } from '@a3cp/landmark-forwarders/nats';
import {
  type Environment,
  type ListenAddress,
  readInteger,
  readListenAddress,
  readVariables,
} from '@a3cp/service/program';

/** The configuration of the registrar. */
export interface CaptureRegistrarConfig extends ListenAddress {
  readonly nats_url: string;
  readonly limits: ClaimLimits;
}

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
    ...readListenAddress(env, 3004),
    nats_url: requireNatsUrl(env),
    limits: {
      max_concurrent_captures_per_user: limit(env, 'max_concurrent_captures_per_user'),
      max_concurrent_captures_per_session: limit(env, 'max_concurrent_captures_per_session'),
    },
  };
}

function limit(env: Environment, name: keyof ClaimLimits): number {
  return readInteger(env, name.toUpperCase()) ?? DEFAULT_CAPTURE_LIMITS[name];
}
