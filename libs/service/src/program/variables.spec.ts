import { describe, expect, it } from '@jest/globals';
import { type Environment, readVariables } from './variables.js';

const read = (env: Environment): object => ({
  origins: env['ALLOWED_ORIGINS'],
  max_fps: env['MAX_FPS'],
  port: env['PORT'],
});

describe('readVariables', () => {
  it('given variables of the program and of others, then it is what was read', () => {
    const env = { ALLOWED_ORIGINS: 'https://care.example', PORT: '1', PATH: '/bin', PORTS: '2', MAX_OLD_SPACE: '3' };
    expect(readVariables(env, read)).toEqual({ origins: 'https://care.example', max_fps: undefined, port: '1' });
  });

  it.each([
    ['ALLOWED_ORGINS', 'ALLOWED_ORIGINS'],
    ['ALLOWED_ORIGIN', 'ALLOWED_ORIGINS'],
    ['MAX_FSP', 'MAX_FPS'],
  ])('given %s, then it is named with the likely one and without its value', (name, likely) => {
    const message = `${name} is not a variable of this program; did you mean ${likely}?`;
    expect(() => readVariables({ [name]: 'jane-doe' }, read)).toThrow(new Error(message));
  });

  it('given both the right and the misspelt one, then the misspelt one is named', () => {
    expect(() => readVariables({ MAX_FPS: '10', MAX_FSP: '15' }, read)).toThrow('MAX_FSP');
  });
});
