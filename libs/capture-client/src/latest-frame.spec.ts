import { describe, expect, it } from '@jest/globals';
import { LatestFrame } from './latest-frame.js';

const frame = (n: number) => ({ jpeg: new Uint8Array([n]), timestamp_frame: new Date(n) });

describe('LatestFrame', () => {
  it('gives a frame to whoever waits for it', async () => {
    const frames = new LatestFrame();
    const next = frames.next();
    frames.put(frame(1));

    expect(await next).toEqual({ done: false, value: frame(1) });
  });

  it('keeps the newest of the frames nobody waited for, and that once', async () => {
    const frames = new LatestFrame();
    frames.put(frame(1));
    frames.put(frame(2));

    expect(await frames.next()).toEqual({ done: false, value: frame(2) });
    const next = frames.next();
    frames.put(frame(3));
    expect(await next).toEqual({ done: false, value: frame(3) });
  });

  it('gives the frame that is there before the error that came after it', async () => {
    const frames = new LatestFrame();
    frames.put(frame(1));
    frames.fail(new Error('lost'));
    frames.fail(new Error('lost again'));

    expect(await frames.next()).toEqual({ done: false, value: frame(1) });
    await expect(frames.next()).rejects.toThrow(/^lost$/);
  });

  it('throws the error at whoever waits', async () => {
    const frames = new LatestFrame();
    const next = frames.next();
    frames.fail(new Error('lost'));

    await expect(next).rejects.toThrow('lost');
  });

  it('ends for whoever waits when it is left', async () => {
    const frames = new LatestFrame();
    const next = frames.next();
    await frames.return();

    expect(await next).toEqual({ done: true, value: undefined });
    frames.put(frame(1));
    expect(await frames.next()).toEqual({ done: true, value: undefined });
  });
});
