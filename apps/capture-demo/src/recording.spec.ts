import { describe, expect, it } from '@jest/globals';
import { type Fault, faultsOf, nextNth, type Recording } from './recording.js';

const GOOD: Recording = {
  kind: 'completed',
  capture_id: 'c1',
  frames: 45,
  bytes: 1_000_000,
  last_timestamp_frame: new Date(3_000),
  largest_hole_ms: 67,
  skipped: 0,
  receipt: true,
  intent: 'drink',
  nth: 1,
  elapsed_ms: 3_000,
  picture: { aspect: 0.75, mirrored: true },
  movement: 'shown',
};

describe('the verdict on a recording', () => {
  it.each<[string, Partial<Recording>, Fault[]]>([
    ['that is as it should be', {}, []],
    ['of one second', { frames: 15, elapsed_ms: 1_000 }, []],
    ['of less than one second', { frames: 14, elapsed_ms: 999 }, ['too_short']],
    ['without a picture', { frames: 0, elapsed_ms: 0, last_timestamp_frame: null, largest_hole_ms: 0 }, ['too_short']],
    ['with one picture', { frames: 1, elapsed_ms: 0 }, ['too_short']],
    ['with 8 pictures a second', { frames: 25 }, []],
    ['with fewer', { frames: 24 }, ['few_pictures']],
    ['with a hole of one second', { largest_hole_ms: 1_000 }, []],
    ['with a longer hole', { largest_hole_ms: 1_001 }, ['hole']],
    ['without a person', { movement: 'no_person' }, ['no_person']],
    ['without a hand', { movement: 'no_hand' }, ['no_hand']],
    ['whose landmarks are awaited', { movement: 'awaited' }, []],
    ['whose landmarks nobody looks for', { movement: 'unlooked' }, []],
    ['whose landmarks are lost', { movement: 'unavailable' }, []],
    [
      'with several faults',
      { frames: 5, largest_hole_ms: 2_000, movement: 'no_person' },
      ['few_pictures', 'hole', 'no_person'],
    ],
  ])('%s', (_what, differences, faults) => {
    expect(faultsOf({ ...GOOD, ...differences })).toEqual(faults);
  });
});

describe('the number of a recording', () => {
  it('counts those of its word', () => {
    expect(nextNth([], 'drink')).toBe(1);
    expect(nextNth([GOOD, { ...GOOD, nth: 2 }, { ...GOOD, intent: 'eat' }], 'drink')).toBe(3);
  });

  it('is not changed by one that was discarded before it', () => {
    expect(nextNth([{ ...GOOD, nth: 2 }], 'drink')).toBe(3);
  });
});
