import { describe, expect, it } from '@jest/globals';
import { readConfig } from './config.js';

const NATS_URL = 'nats://registrar:secret@bus:4222';

describe('readConfig', () => {
  it('given only where the server is, then it is by default beside the other services, with the limits of the protocol', () => {
    expect(readConfig({ NATS_URL })).toEqual({
      host: '127.0.0.1',
      port: 3004,
      nats_url: NATS_URL,
      limits: { max_concurrent_captures_per_user: 4, max_concurrent_captures_per_session: 2 },
    });
  });

  it('given every variable, then they are taken', () => {
    const limits = { MAX_CONCURRENT_CAPTURES_PER_USER: '8', MAX_CONCURRENT_CAPTURES_PER_SESSION: '3' };
    expect(readConfig({ NATS_URL, HOST: '0.0.0.0', PORT: '0', ...limits })).toEqual({
      host: '0.0.0.0',
      port: 0,
      nats_url: NATS_URL,
      limits: { max_concurrent_captures_per_user: 8, max_concurrent_captures_per_session: 3 },
    });
  });

  it.each([
    ['NATS_URL', ''],
    ['NATS_URL', 'http://bus'],
    ['PORT', '65536'],
    ['PORT', 'x'],
    ['MAX_CONCURRENT_CAPTURES_PER_USER', '-1'],
    ['MAX_CONCURRENT_CAPTURES_PER_SESSION', 'many'],
  ])('given %s=%s, then it is named', (name, value) => {
    expect(() => readConfig({ NATS_URL, [name]: value })).toThrow(new RegExp(`^${name} must be`));
  });
});
