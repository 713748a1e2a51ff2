import { MIN_SECRET_BYTES } from '@a3cp/capture-protocol';
import { type Environment, readVariables } from '@a3cp/health';
import { type ForwarderConfig, readForwarder } from '@a3cp/landmark-forwarders';
import { availableParallelism } from 'node:os';

const MAX_LANDMARK_THREADS = 64;

/** The configuration of the extractor. */
export interface LandmarkExtractorConfig {
  readonly host: string;
  readonly port: number;
  readonly landmark_threads: number;
  /** How captures come from the gateways. The direct transport asks gateways for its secret, unless it is null. */
  readonly forwarder: ForwarderConfig<{ readonly secret: string | null }>;
  /** Of who reads results; null lets in programs on this machine only. */
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
  const port = env['PORT'] || '3002';
  if (!/^\d{1,5}$/.test(port) || Number(port) > 65_535) throw new Error('PORT must be a whole number of at most 65535');
  return {
    host: env['HOST'] || '127.0.0.1',
    port: Number(port),
    landmark_threads: readLandmarkThreads(env),
    forwarder: readForwarder(env, { secret: readSecret(env, 'LANDMARK_STREAM_SECRET') }),
    results_secret: readSecret(env, 'LANDMARK_RESULTS_SECRET'),
  };
}

function readSecret(env: Environment, name: string): string | null {
  const secret = env[name] || null;
  if (secret !== null && Buffer.byteLength(secret) < MIN_SECRET_BYTES) {
    throw new Error(`${name} must have at least ${MIN_SECRET_BYTES} bytes`);
  }
  return secret;
}

/** Whether the log is for machines to read: NODE_ENV is `production`. */
export function logsAsJson(env: Environment = process.env): boolean {
  return env['NODE_ENV'] === 'production';
}

/** Reads LANDMARK_THREADS for a program that runs the extractor; throws an Error that names it. */
export function readLandmarkThreads(env: Environment): number {
  const threads = env['LANDMARK_THREADS'] || defaultLandmarkThreads(availableParallelism());
  if (!/^\d{1,2}$/.test(threads) || Number(threads) > MAX_LANDMARK_THREADS) {
    throw new Error(`LANDMARK_THREADS must be a whole number of at most ${MAX_LANDMARK_THREADS}`);
  }
  return Number(threads);
}

/** One less than the processors, which leaves one for the transport and the decoders; at least one. */
export function defaultLandmarkThreads(processors: number): string {
  return String(Math.min(Math.max(processors - 1, 1), MAX_LANDMARK_THREADS));
}
