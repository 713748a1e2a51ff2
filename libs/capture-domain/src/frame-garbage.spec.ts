import { describe, expect, it, jest } from '@jest/globals';
import { FrameGarbage } from './frame-garbage.js';

describe('the garbage of frames', () => {
  it('when 8 MB of frames were received, then it is collected, and again after the next', () => {
    const collect = jest.fn();
    const garbage = new FrameGarbage(collect);
    for (let frame = 1; frame <= 79; frame++) garbage.add(100_000);
    expect(collect).not.toHaveBeenCalled();
    garbage.add(100_000);
    expect(collect).toHaveBeenCalledTimes(1);
    for (let frame = 1; frame <= 80; frame++) garbage.add(100_000);
    expect(collect).toHaveBeenCalledTimes(2);
  });

  it('given a process that does not expose collections, then nothing happens', () => {
    const garbage = new FrameGarbage(null);
    expect(() => garbage.add(8_000_000)).not.toThrow();
  });
});
