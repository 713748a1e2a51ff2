import { describe, expect, it } from '@jest/globals';
import { readConfig } from './config.js';

describe('readConfig', () => {
  it.each([{}, { HOST: '', PORT: '', CAPTURE_TICKET_SECRET: '' }])('given %j, then it is the defaults', (env) => {
    expect(readConfig(env)).toEqual({ host: '127.0.0.1', port: 3001, ticket_secret: null });
  });

  it('given both, then it is what they say', () => {
    expect(readConfig({ HOST: '0.0.0.0', PORT: '65535' })).toEqual({
      host: '0.0.0.0',
      port: 65_535,
      ticket_secret: null,
    });
  });

  it('given a secret of 32 bytes, then tickets are signed with it, and a shorter one is refused by name', () => {
    const secret = 'x'.repeat(32);
    expect(readConfig({ CAPTURE_TICKET_SECRET: secret }).ticket_secret).toBe(secret);
    expect(() => readConfig({ CAPTURE_TICKET_SECRET: secret.slice(1) })).toThrow(
      /^CAPTURE_TICKET_SECRET must have at least 32 bytes$/,
    );
  });

  it.each(['65536', '-1', '80.5', '0x50', ' 80', 'http'])('given PORT %j, then it throws and names PORT', (PORT) => {
    expect(() => readConfig({ PORT })).toThrow('PORT must be a whole number of at most 65535');
  });
});
