import { describe, expect, it } from '@jest/globals';
import { mustBeWithin } from './mismatch.js';

describe('mustBeWithin', () => {
  it('given one answer that is late, then nothing is wrong', () => {
    expect(() => mustBeWithin(3_000, 'frame.ack', [12, 9_000, 3_000])).not.toThrow();
  });

  it('given answers that are late, then it names the deadline and the median', () => {
    const late = (): void => mustBeWithin(3_000, 'frame.ack', [3_001, 9_000, 12]);
    expect(late).toThrow('expected frame.ack within 3000 ms, received it after 3001 ms');
  });
});
