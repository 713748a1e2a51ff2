import { describe, expect, it } from '@jest/globals';
import { DeliveryRate } from './delivery-rate.js';

/** The rate after `frames` of 10 bytes have arrived, one every `interval_ms` from 0 on, with more on the way. */
function afterFrames(frames: number, interval_ms: number): DeliveryRate {
  const rate = new DeliveryRate();
  rate.start(0);
  for (let n = 1; n <= frames; n++) rate.arrived(n * 10, n * interval_ms, false);
  return rate;
}

describe('DeliveryRate', () => {
  it('is the rate at which bytes arrive', () => {
    expect(afterFrames(100, 200).value).toBe(50);
  });

  it('is unknown until something has arrived', () => {
    const rate = new DeliveryRate();
    rate.start(0);

    expect(rate.value).toBe(Infinity);
  });

  it('follows a network that changes within two seconds', () => {
    const rate = afterFrames(100, 200);
    for (let n = 1; n <= 10; n++) rate.arrived(1_000 + n * 100, 20_000 + n * 200, false);

    expect(rate.value).toBe(500);
  });

  it('remembers its best for five seconds', () => {
    const rate = afterFrames(10, 200);
    for (let n = 1; n <= 20; n++) rate.arrived(100 + n, 2_000 + n * 200, false);
    expect(rate.value).toBe(5);
    expect(rate.best).toBe(50);
    for (let n = 21; n <= 40; n++) rate.arrived(100 + n, 2_000 + n * 200, false);
    expect(rate.best).toBe(5);
  });

  it('does not remember a rate over less than 200 ms', () => {
    const rate = new DeliveryRate();
    rate.start(0);
    rate.arrived(1_000, 10, false);
    rate.arrived(1_010, 1_000, false);

    expect(rate.best).toBe(1_010);
  });

  it('does not count the time in which nothing is on the way', () => {
    const rate = new DeliveryRate();
    rate.start(0);
    rate.arrived(10, 200, true);
    rate.start(5_200);
    rate.arrived(20, 5_400, true);

    expect(rate.value).toBe(50);
  });

  it('does not count the time before the server was ready', () => {
    const rate = new DeliveryRate();
    rate.start(0);
    rate.restart(1_000);
    rate.arrived(10, 1_200, false);

    expect(rate.value).toBe(50);
  });
});
