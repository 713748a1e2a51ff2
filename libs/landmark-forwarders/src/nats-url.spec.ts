import { describe, expect, it } from '@jest/globals';
import { readNatsUrl } from './nats-url.js';

const NATS_URL = 'nats://gateway:s%40cret@bus:4222';

describe('readNatsUrl', () => {
  it.each([{}, { LANDMARK_FORWARDER: '', NATS_URL: '' }, { NATS_URL }, { LANDMARK_FORWARDER: 'direct', NATS_URL }])(
    'given %j, then there is none',
    (env) => {
      expect(readNatsUrl(env)).toBeNull();
    },
  );

  it.each([NATS_URL, 'nats://bus', 'tls://extractor:secret@bus:4443'])('given nats and %s, then that', (url) => {
    expect(readNatsUrl({ LANDMARK_FORWARDER: 'nats', NATS_URL: url })).toBe(url);
  });

  it.each(['in-process', 'NATS', 'redis'])('given LANDMARK_FORWARDER=%s, then it is named', (LANDMARK_FORWARDER) => {
    expect(() => readNatsUrl({ LANDMARK_FORWARDER, NATS_URL })).toThrow(/^LANDMARK_FORWARDER must be direct or nats/);
  });

  it.each(['a.b', '*', '%3E', 'a%20b'])('given a user named %s, then NATS_URL is named and not repeated', (user) => {
    expect(() => readNatsUrl({ LANDMARK_FORWARDER: 'nats', NATS_URL: `nats://${user}:secret@bus` })).toThrow(
      /^NATS_URL: a user name must consist of letters, digits, "-" and "_"$/,
    );
  });

  it.each(['', 'bus:4222', 'http://bus', 'nats://', 'nats://u:secret@'])(
    'given nats and %p, then NATS_URL is named and not repeated',
    (url) => {
      expect(() => readNatsUrl({ LANDMARK_FORWARDER: 'nats', NATS_URL: url })).toThrow(
        /^NATS_URL must be a URL that starts with nats:\/\/ or tls:\/\/$/,
      );
    },
  );
});
