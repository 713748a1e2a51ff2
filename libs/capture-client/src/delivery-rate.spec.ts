import { describe, expect, it } from '@jest/globals';
import { DeliveryRate } from './delivery-rate.js';

/** The rate after `frames` of 10 bytes have arrived, one every `interval_ms` from 0 on. */
function afterFrames(frames: number, interval_ms: number): DeliveryRate {
  const rate = new DeliveryRate(0);
  for (let n = 1; n <= frames; n++) rate.acknowledge(n * 10, n * interval_ms);
  return rate;
}

describe('DeliveryRate', () => {
  it('is that at which frames arrive', () => {
    expect(afterFrames(100, 200).bytesWithin(1_000, 20_000)).toBe(50);
    expect(afterFrames(100, 200).bytesWithin(500, 20_000)).toBe(25);
  });

  it('does not sink between two acknowledgements', () => {
    expect(afterFrames(10, 200).bytesWithin(1_000, 2_600)).toBe(50);
  });

  it('sinks when acknowledgements stay out', () => {
    expect(afterFrames(10, 200).bytesWithin(1_000, 4_000)).toBe(25);
  });

  it('follows a network that changes', () => {
    const rate = afterFrames(100, 200);
    for (let n = 1; n <= 12; n++) rate.acknowledge(1_000 + n * 100, 20_000 + n * 200);

    expect(rate.bytesWithin(1_000, 22_400)).toBe(500);
  });

  it('has no bound when nothing is known, for a moment', () => {
    const rate = new DeliveryRate(0);

    expect(rate.bytesWithin(1_000, 600)).toBe(Infinity);
    expect(rate.bytesWithin(1_000, 601)).toBe(0);
  });
});
