import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { VideoPictures } from './video-pictures.js';

/** Animation frames that are waited for. */
let animations: Map<number, () => void>;
/** The browser's wait for a picture, if it has one. */
let awaited: VideoFrameRequestCallback | null;
let video: { currentTime: number; readyState: number; count: number; requestVideoFrameCallback?: unknown };
let pictures: VideoPictures;
const seen: (number | null)[] = [];

beforeEach(() => {
  jest.useFakeTimers();
  seen.length = 0;
  animations = new Map();
  awaited = null;
  let handles = 0;
  Object.assign(globalThis, {
    requestAnimationFrame: (animate: () => void) => {
      animations.set(++handles, animate);
      return handles;
    },
    cancelAnimationFrame: (handle: number) => animations.delete(handle),
  });
  video = {
    currentTime: 0,
    readyState: 4,
    count: 0,
    requestVideoFrameCallback: (see: VideoFrameRequestCallback) => (awaited = see),
  };
});

afterEach(() => {
  pictures.close();
  expect(jest.getTimerCount()).toBe(0);
  expect(animations.size).toBe(0);
  jest.useRealTimers();
  for (const name of ['requestAnimationFrame', 'cancelAnimationFrame']) Reflect.deleteProperty(globalThis, name);
});

function watch(): void {
  const getVideoPlaybackQuality = () => ({ totalVideoFrames: video.count });
  const watched = Object.assign(video, { getVideoPlaybackQuality }) as unknown as HTMLVideoElement;
  pictures = new VideoPictures(watched, (camera_ms) => seen.push(camera_ms));
}

/** Calls back for a picture, as a browser that can. */
function show(picture: { mediaTime?: number; captureTime?: number }): void {
  const see = awaited;
  awaited = null;
  see?.(0, picture as VideoFrameCallbackMetadata);
}

/** One animation frame: the time of the video, and the pictures it has shown so far. */
function animate(currentTime: number, count = 0): void {
  Object.assign(video, { currentTime, count });
  const due = [...animations.values()];
  animations.clear();
  for (const each of due) each();
}

describe('a browser that calls back for pictures', () => {
  it('has the time each was captured', () => {
    watch();
    show({ captureTime: 1_000.5, mediaTime: 0 });
    show({ captureTime: 1_070, mediaTime: 0.07 });
    show({ mediaTime: 0.14 });

    expect(seen).toEqual([1_000.5, 1_070, null]);
  });

  it('has the time in the stream where it does not know more', () => {
    watch();
    show({ mediaTime: 0 });
    show({ mediaTime: 0.07 });

    expect(seen).toEqual([0, 70]);
  });

  it('is asked for no animation frame after the first picture', () => {
    watch();
    expect(animations.size).toBe(1);
    show({ mediaTime: 0 });

    expect(animations.size).toBe(0);
  });

  it('is helped by animation frames once it is silent for 1 s, until it calls back again', () => {
    watch();
    show({ mediaTime: 0 });
    jest.advanceTimersByTime(999);
    expect(animations.size).toBe(0);
    video.count = 7;
    jest.advanceTimersByTime(1);
    animate(1, 7);
    animate(1.02, 8);
    animate(1.03, 8);
    animate(1.07, 9);
    show({ mediaTime: 1.1 });

    expect(seen).toEqual([0, 1_020, 1_070, 1_100]);
    expect(animations.size).toBe(0);
  });

  it('shows nothing new while the camera pauses, also if it does not count pictures', () => {
    watch();
    show({ mediaTime: 0 });
    jest.advanceTimersByTime(1_000);
    animate(1);
    animate(1.07);

    expect(seen).toEqual([0]);
  });
});

describe.each<[what: string, prepare: () => void]>([
  ['has no callback for pictures', () => delete video.requestVideoFrameCallback],
  ['never calls back for pictures', () => (video.requestVideoFrameCallback = () => 1)],
])('a browser that %s', (_what, prepare) => {
  beforeEach(() => {
    prepare();
    watch();
  });

  it('shows a new picture in each animation frame before which it counted one', () => {
    animate(0.01, 1);
    animate(0.03, 1);
    animate(0.07, 2);
    animate(0.14, 4);

    expect(seen).toEqual([10, 70, 140]);
  });

  it('shows a new picture in each animation frame with another time where it does not count', () => {
    animate(0);
    animate(0.07);
    animate(0.07);
    animate(0.14);

    expect(seen).toEqual([0, 70, 140]);
  });

  it('shows nothing before it has a picture', () => {
    video.readyState = 1;
    animate(0.07, 1);

    expect(seen).toEqual([]);
  });
});

it('nothing is seen of a video that is closed', () => {
  watch();
  show({ mediaTime: 0 });
  pictures.close();
  show({ mediaTime: 0.07 });

  expect(seen).toEqual([0]);
});
