import { describe, expect, it } from '@jest/globals';
import { SharedBytes } from './shared-bytes.js';

/** Bytes of a hundred for each thing, and the names of those that were made. */
function hundreds(max_bytes: number) {
  const made: string[] = [];
  const make = ({ name }: { name: string }): Buffer => {
    made.push(name);
    return Buffer.alloc(100, name);
  };
  return { made, bytes: new SharedBytes(make, max_bytes) };
}

describe('shared bytes', () => {
  it('are made once for all who ask', () => {
    const { made, bytes } = hundreds(1_000);
    const a = { name: 'a' };
    expect(bytes.of(a)).toBe(bytes.of(a));
    expect(bytes.of(a).toString()).toBe('a'.repeat(100));
    expect(made).toEqual(['a']);
  });

  it('are kept up to their bound, the newest ones', () => {
    const { made, bytes } = hundreds(200);
    const [a, b, c] = [{ name: 'a' }, { name: 'b' }, { name: 'c' }];
    for (const thing of [a, b, c, b, c, a]) bytes.of(thing);
    expect(made).toEqual(['a', 'b', 'c', 'a']);
  });

  it('are made each time where a single one is over the bound', () => {
    const { made, bytes } = hundreds(99);
    const a = { name: 'a' };
    expect([bytes.of(a).length, bytes.of(a).length]).toEqual([100, 100]);
    expect(made).toEqual(['a', 'a']);
  });
});
