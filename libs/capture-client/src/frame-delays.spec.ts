import { describe, expect, it } from '@jest/globals';
import { FrameDelays } from './frame-delays.js';

describe('FrameDelays', () => {
  it('knows what is on the way, and for how long', () => {
    const delays = new FrameDelays();
    delays.sent(10, 0);
    delays.sent(20, 100);
    expect(delays).toMatchObject({ bytes: 30, frames: 2 });
    expect(delays.age(500)).toBe(500);
    delays.arrived(10, 600);
    expect(delays).toMatchObject({ bytes: 20, frames: 1, last: 600 });
    expect(delays.age(600)).toBe(500);
    delays.arrived(30, 700);
    expect(delays).toMatchObject({ bytes: 0, frames: 0, last: 600 });
    expect(delays.age(9_000)).toBe(0);
  });

  it('takes the delay of the newest frame that an acknowledgement names', () => {
    const delays = new FrameDelays();
    for (let n = 0; n < 4; n++) delays.sent(10, n * 67);
    delays.arrived(40, 250);

    expect(delays.last).toBe(250 - 3 * 67);
  });

  it('counts a frame of which a part has arrived as on the way', () => {
    const delays = new FrameDelays();
    delays.sent(10, 0);
    delays.arrived(9, 100);

    expect(delays).toMatchObject({ bytes: 1, frames: 1, last: 0 });
  });

  it('does not count the time before the server took frames', () => {
    const delays = new FrameDelays();
    delays.sent(10, 0);
    delays.ready(500);
    expect(delays.age(600)).toBe(100);
    delays.arrived(10, 600);

    expect(delays.last).toBe(100);
  });

  it('forgets a short delay once 24 frames took longer', () => {
    const delays = new FrameDelays();
    delays.answered(50);
    for (let n = 0; n < 23; n++) delays.answered(300);
    expect(delays.shortest).toBe(50);
    delays.answered(300);
    expect(delays.shortest).toBe(300);
  });
});
