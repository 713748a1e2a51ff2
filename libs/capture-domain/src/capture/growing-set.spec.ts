import { describe, expect, it } from '@jest/globals';
import { GrowingSet } from './growing-set.js';

describe('GrowingSet', () => {
  it('given one with a text more, then that has it, and the one it grew out of has not', () => {
    const small = GrowingSet.of('a');
    const large = small.with('b').with('c');
    expect(['a', 'b', 'c', 'd'].map((text) => large.has(text))).toEqual([true, true, true, false]);
    expect(['a', 'b', 'c'].map((text) => small.has(text))).toEqual([true, false, false]);
  });

  it('given two that grew out of the same, then neither has what the other has', () => {
    const root = GrowingSet.of('a');
    const left = root.with('b').with('c');
    const right = root.with('c').with('d');
    expect(['a', 'b', 'c', 'd'].map((text) => left.has(text))).toEqual([true, true, true, false]);
    expect(['a', 'b', 'c', 'd'].map((text) => right.has(text))).toEqual([true, false, true, true]);
    expect(['a', 'b'].map((text) => root.has(text))).toEqual([true, false]);
  });
});
