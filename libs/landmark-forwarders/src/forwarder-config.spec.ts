import { describe, expect, it } from '@jest/globals';
import { readForwarder } from './forwarder-config.js';

const NATS_URL = 'nats://gateway:s%40cret@bus:4222';
const SECRET = { secret: null };

describe('readForwarder', () => {
  it.each([{}, { LANDMARK_FORWARDER: '', NATS_URL: '' }, { NATS_URL }, { LANDMARK_FORWARDER: 'direct', NATS_URL }])(
    'given %j, then it is the direct transport',
    (env) => {
      expect(readForwarder(env, SECRET)).toEqual({ transport: 'direct', secret: null });
    },
  );

  it.each([NATS_URL, 'nats://bus', 'tls://extractor:secret@bus:4443'])('given nats and %s, then that', (nats_url) => {
    const forwarder = readForwarder({ LANDMARK_FORWARDER: 'nats', NATS_URL: nats_url }, SECRET);
    expect(forwarder).toEqual({ transport: 'nats', nats_url });
  });

  it.each(['in-process', 'NATS', 'redis'])('given LANDMARK_FORWARDER=%s, then it is named', (LANDMARK_FORWARDER) => {
    expect(() => readForwarder({ LANDMARK_FORWARDER, NATS_URL }, SECRET)).toThrow(
      /^LANDMARK_FORWARDER must be direct or nats/,
    );
  });

  it.each(['a.b', '*', '%3E', 'a%20b'])('given a user named %s, then NATS_URL is named and not repeated', (user) => {
    const env = { LANDMARK_FORWARDER: 'nats', NATS_URL: `nats://${user}:secret@bus` };
    expect(() => readForwarder(env, SECRET)).toThrow(
      /^NATS_URL: a user name must consist of letters, digits, "-" and "_"$/,
    );
  });

  it.each(['', 'bus:4222', 'http://bus', 'nats://', 'nats://u:secret@'])(
    'given nats and %p, then NATS_URL is named and not repeated',
    (url) => {
      expect(() => readForwarder({ LANDMARK_FORWARDER: 'nats', NATS_URL: url }, SECRET)).toThrow(
        /^NATS_URL must be a URL that starts with nats:\/\/ or tls:\/\/$/,
      );
    },
  );
});
