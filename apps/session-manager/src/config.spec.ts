import { describe, expect, it } from '@jest/globals';
import { readConfig } from './config.js';

describe('readConfig', () => {
  it.each([{}, { HOST: '', PORT: '' }])('given %j, then it is the defaults', (env) => {
    expect(readConfig(env)).toEqual({ host: '127.0.0.1', port: 3001 });
  });

  it('given both, then it is what they say', () => {
    expect(readConfig({ HOST: '0.0.0.0', PORT: '65535' })).toEqual({ host: '0.0.0.0', port: 65_535 });
  });

  it.each(['65536', '-1', '80.5', '0x50', ' 80', 'http'])('given PORT %j, then it throws and names PORT', (PORT) => {
    expect(() => readConfig({ PORT })).toThrow('PORT must be a whole number of at most 65535');
  });
});
