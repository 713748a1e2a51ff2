import { describe, expect, it } from '@jest/globals';
import { availableParallelism } from 'node:os';
import { defaultLandmarkThreads, readConfig } from './config.js';

describe('readConfig', () => {
  it.each([{}, { HOST: '', PORT: '', LANDMARK_THREADS: '', LANDMARK_FORWARDER: '', NATS_URL: '' }])(
    'given %j, then it is the defaults',
    (env) => {
      expect(readConfig(env)).toEqual({
        host: '127.0.0.1',
        port: 3002,
        landmark_threads: defaultLandmarkThreads(availableParallelism()),
        forwarder: { transport: 'direct', secret: null },
        results_secret: null,
      });
    },
  );

  it('given all, then it is what they say', () => {
    const env = {
      HOST: '0.0.0.0',
      PORT: '65535',
      LANDMARK_THREADS: '64',
      LANDMARK_FORWARDER: 'nats',
      NATS_URL: 'nats://bus',
      LANDMARK_STREAM_SECRET: 's'.repeat(32),
      LANDMARK_RESULTS_SECRET: 'r'.repeat(32),
    };
    expect(readConfig(env)).toEqual({
      host: '0.0.0.0',
      port: 65_535,
      landmark_threads: 64,
      forwarder: { transport: 'nats', nats_url: 'nats://bus' },
      results_secret: 'r'.repeat(32),
    });
  });

  it('given LANDMARK_STREAM_SECRET, then gateways bring it', () => {
    const secret = 's'.repeat(32);
    const { forwarder } = readConfig({ LANDMARK_STREAM_SECRET: secret });
    expect(forwarder).toEqual({ transport: 'direct', secret });
  });

  it.each(['65536', '-1', '80.5', 'http'])('given PORT %j, then it throws and names PORT', (PORT) => {
    expect(() => readConfig({ PORT })).toThrow('PORT must be a whole number of at most 65535');
  });

  it.each(['LANDMARK_STREAM_SECRET', 'LANDMARK_RESULTS_SECRET'])(
    'given %s of 31 bytes, then it throws and names it',
    (name) => {
      expect(() => readConfig({ [name]: 's'.repeat(31) })).toThrow(`${name} must have at least 32 bytes`);
    },
  );

  it.each([
    [1, 1],
    [2, 1],
    [3, 2],
    [16, 15],
    [128, 64],
  ])('given %d processors and no LANDMARK_THREADS, then there are %d threads', (processors, threads) => {
    expect(defaultLandmarkThreads(processors)).toBe(threads);
  });

  it('given LANDMARK_THREADS 0, then no landmarks are looked for', () => {
    expect(readConfig({ LANDMARK_THREADS: '0' })).toMatchObject({ landmark_threads: 0 });
  });

  it.each(['65', '-1', '1.5', 'all', ' 1'])(
    'given LANDMARK_THREADS %j, then it throws and names it',
    (LANDMARK_THREADS) => {
      expect(() => readConfig({ LANDMARK_THREADS })).toThrow('LANDMARK_THREADS must be a whole number of at most 64');
    },
  );
});
