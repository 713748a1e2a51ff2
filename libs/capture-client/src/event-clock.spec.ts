import { describe, expect, it } from '@jest/globals';
import { EventClock } from './event-clock.js';

describe('EventClock', () => {
  it("keeps the camera's own time between frames, however late they are seen", () => {
    const clock = new EventClock();

    expect(clock.timeOf(70, 1_000_000)).toBe(1_000_000);
    expect(clock.timeOf(137, 1_000_900)).toBe(1_000_067);
    expect(clock.timeOf(203.5, 1_000_901)).toBe(1_000_133.5);
  });

  it('begins anew with a camera whose time was set back', () => {
    const clock = new EventClock();
    clock.timeOf(9_000, 1_000_000);

    expect(clock.timeOf(10, 1_000_500)).toBe(1_000_500);
    expect(clock.timeOf(77, 1_000_600)).toBe(1_000_567);
  });
});
