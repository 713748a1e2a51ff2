import { describe, expect, it } from '@jest/globals';
import { availableParallelism } from 'node:os';
import { readConfig } from './config.js';

describe('readConfig', () => {
  it.each([{}, { LANDMARK_FORWARDER: '' }, { LANDMARK_FORWARDER: 'in-process' }])(
    'given %j, then everything is in one process, at the port of a gateway',
    (env) => {
      expect(readConfig(env)).toEqual({
        host: '127.0.0.1',
        port: 3000,
        landmark_threads: Math.max(availableParallelism() - 1, 1),
      });
    },
  );

  it.each([
    ['LANDMARK_FORWARDER', 'direct'],
    ['LANDMARK_FORWARDER', 'nats'],
    ['PORT', '65536'],
    ['LANDMARK_THREADS', 'many'],
  ])('given %s=%s, then it is named', (name, value) => {
    expect(() => readConfig({ [name]: value })).toThrow(new RegExp(`^${name} must be`));
  });

  it('given a misspelt one, then it is named', () => {
    expect(() => readConfig({ LANDMARK_THREAD: '0' })).toThrow('did you mean LANDMARK_THREADS?');
    expect(() => readConfig({ CAPTURE_TICKET_SECERT: '0' })).toThrow('did you mean CAPTURE_TICKET_SECRET?');
  });
});
