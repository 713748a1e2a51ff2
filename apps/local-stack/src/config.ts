import { readLandmarkThreads } from '@a3cp/landmark-extractor';

/** What the local stack is told from outside. */
export interface LocalStackConfig {
  readonly host: string;
  readonly port: number;
  readonly landmark_threads: number;
}

/**
 * Reads HOST, PORT and LANDMARK_THREADS; an unset or empty variable takes its default, a wrong value throws an Error that
 * names its variable. So does a LANDMARK_FORWARDER other than `in-process`, rather than to do something else in silence.
 */
export function readConfig(env: Readonly<Record<string, string | undefined>> = process.env): LocalStackConfig {
  const port = env['PORT'] || '3000';
  if (!/^\d+$/.test(port) || Number(port) > 65_535) throw new Error('PORT must be a whole number of at most 65535');
  if ((env['LANDMARK_FORWARDER'] || 'in-process') !== 'in-process') {
    throw new Error('LANDMARK_FORWARDER must be in-process; direct and nats are what npm run start:camera-feed does');
  }
  return { host: env['HOST'] || '127.0.0.1', port: Number(port), landmark_threads: readLandmarkThreads(env) };
}

/** Whether the log is for machines to read: NODE_ENV is `production`. */
export function logsAsJson(env: Readonly<Record<string, string | undefined>> = process.env): boolean {
  return env['NODE_ENV'] === 'production';
}
