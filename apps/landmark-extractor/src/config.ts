import { type ForwarderConfig, readForwarder } from '@a3cp/landmark-forwarders';
import {
  type Environment,
  type ListenAddress,
  readInteger,
  readListenAddress,
  readSecret,
  readVariables,
} from '@a3cp/service/program';
import { availableParallelism } from 'node:os';

const MAX_LANDMARK_THREADS = 64;

/** The configuration of the extractor. */
export interface LandmarkExtractorConfig extends ListenAddress {
  readonly landmark_threads: number;
  /** How captures come from the gateways. The direct transport asks gateways for its secret, unless it is null. */
  readonly forwarder: ForwarderConfig<{ readonly secret: string | null }>;
  /** The secret of readers of results; null allows programs on this machine only. */
  readonly results_secret: string | null;
}

/**
 * Reads HOST, PORT, LANDMARK_THREADS, LANDMARK_FORWARDER, NATS_URL, LANDMARK_STREAM_SECRET and LANDMARK_RESULTS_SECRET; an unset or
 * empty variable takes its default, a wrong value throws an Error that names its variable, and so does a misspelt name.
 */
export function readConfig(env: Environment = process.env): LandmarkExtractorConfig {
  return readVariables(env, read);
}

function read(env: Environment): LandmarkExtractorConfig {
  return {
    ...readListenAddress(env, 3002),
    landmark_threads: readLandmarkThreads(env),
    forwarder: readForwarder(env, { secret: readSecret(env, 'LANDMARK_STREAM_SECRET') }),
    results_secret: readSecret(env, 'LANDMARK_RESULTS_SECRET'),
  };
}

/** Reads LANDMARK_THREADS for a program that runs the extractor; throws an Error that names it. */
export function readLandmarkThreads(env: Environment): number {
  const threads = readInteger(env, 'LANDMARK_THREADS', MAX_LANDMARK_THREADS);
  return threads ?? defaultLandmarkThreads(availableParallelism());
}

/** One less than the processors, which leaves one for the transport and the decoders; at least one. */
export function defaultLandmarkThreads(processors: number): number {
  return Math.min(Math.max(processors - 1, 1), MAX_LANDMARK_THREADS);
}
