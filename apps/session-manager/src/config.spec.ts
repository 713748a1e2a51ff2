import { describe, expect, it } from '@jest/globals';
import { readConfig } from './config.js';

describe('readConfig', () => {
  it.each([{}, { HOST: '', PORT: '', CAPTURE_TICKET_SECRET: '', SESSIONS_CLOSED_SECRET: '', CAMERA_FEED_URL: '' }])(
    'given %j, then it is the defaults',
    (env) => {
      expect(readConfig(env)).toEqual({
        host: '127.0.0.1',
        port: 3001,
        ticket_secret: null,
        gateway: null,
        nats_url: null,
      });
    },
  );

  it('given both, then it is what they say', () => {
    expect(readConfig({ HOST: '0.0.0.0', PORT: '65535' })).toEqual({
      host: '0.0.0.0',
      port: 65_535,
      ticket_secret: null,
      gateway: null,
      nats_url: null,
    });
  });

  it('given a secret of 32 bytes, then tickets are signed with it, and a shorter one is refused by name', () => {
    const secret = 'x'.repeat(32);
    expect(readConfig({ CAPTURE_TICKET_SECRET: secret }).ticket_secret).toBe(secret);
    expect(() => readConfig({ CAPTURE_TICKET_SECRET: secret.slice(1) })).toThrow(
      /^CAPTURE_TICKET_SECRET must have at least 32 bytes$/,
    );
  });

  it('given a secret and a URL, then that gateway is told of sessions that end', () => {
    const secret = 'x'.repeat(32);
    expect(readConfig({ SESSIONS_CLOSED_SECRET: secret }).gateway).toEqual({
      camera_feed_url: 'http://127.0.0.1:3000',
      sessions_closed_secret: secret,
    });
    const env = { SESSIONS_CLOSED_SECRET: secret, CAMERA_FEED_URL: 'https://feed/base' };
    expect(readConfig(env).gateway?.camera_feed_url).toBe('https://feed/base');
    expect(readConfig({ CAMERA_FEED_URL: 'https://feed' }).gateway).toBeNull();
  });

  it('given where a NATS server is, then gateways are told there, and what is no such URL is named and not repeated', () => {
    const NATS_URL = 'nats://session_manager:secret@bus:4222';
    expect(readConfig({ NATS_URL }).nats_url).toBe(NATS_URL);
    expect(() => readConfig({ NATS_URL: 'http://u:secret@bus' })).toThrow(
      /^NATS_URL must be a URL that starts with nats:\/\/ or tls:\/\/$/,
    );
  });

  it('given a secret that is too short or a URL that is none, then it throws and names it', () => {
    expect(() => readConfig({ SESSIONS_CLOSED_SECRET: 'x'.repeat(31) })).toThrow(
      /^SESSIONS_CLOSED_SECRET must have at least 32 bytes$/,
    );
    expect(() => readConfig({ CAMERA_FEED_URL: 'ws://feed' })).toThrow(/^CAMERA_FEED_URL must be a URL/);
  });

  it.each(['65536', '-1', '80.5', '0x50', ' 80', 'http'])('given PORT %j, then it throws and names PORT', (PORT) => {
    expect(() => readConfig({ PORT })).toThrow('PORT must be a whole number of at most 65535');
  });
});
