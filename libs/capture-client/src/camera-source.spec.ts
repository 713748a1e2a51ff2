import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { cameraSource } from './camera-source.js';
import type { CaptureFrame, FrameSource } from './frame-source.js';

const START = Date.UTC(2026, 0, 1);
const PICTURE_MS = 70;

class FakeTrack extends EventTarget {
  readonly kind = 'video';
  readyState = 'live';
  muted = false;

  getSettings(): MediaTrackSettings {
    return { frameRate: 15 };
  }

  stop(): void {
    this.readyState = 'ended';
  }
}

/** The page's video, whose every picture a test brings about. */
class FakeVideo {
  videoWidth = 640;
  videoHeight = 480;
  readonly style: Partial<CSSStyleDeclaration> = {};
  play = (): Promise<void> => Promise.resolve();
  readonly setAttribute = (): void => undefined;
  readonly getVideoPlaybackQuality = () => ({ totalVideoFrames: 0 });
  parentNode: object | null = null;
  #see: VideoFrameRequestCallback | null = null;

  requestVideoFrameCallback(see: VideoFrameRequestCallback): number {
    this.#see = see;
    return 1;
  }

  /** Shows a picture; resolves once it was dealt with. */
  async show(picture: Partial<VideoFrameCallbackMetadata>): Promise<void> {
    const see = this.#see;
    this.#see = null;
    see?.(0, { mediaTime: 0, ...picture } as VideoFrameCallbackMetadata);
    await jest.advanceTimersByTimeAsync(PICTURE_MS);
  }
}

const giveJpeg = (give: BlobCallback): void => give(new Blob(['1'], { type: 'image/jpeg' }));

/** What the next canvases answer, one call each; then they give JPEGs. */
const answers: ((give: BlobCallback) => void)[] = [];
/** The sizes of the canvases that gave a JPEG, oldest first. */
const encoded: string[] = [];

class FakeCanvas {
  width = 0;
  height = 0;
  readonly getContext = () => ({
    fillRect: () => undefined,
    drawImage: () => undefined,
    getImageData: () => ({ data: [0, 0, 0, 255] }),
  });

  toBlob(give: BlobCallback): void {
    encoded.push(`${this.width}x${this.height}`);
    (answers.shift() ?? giveJpeg)(give);
  }
}

let track: FakeTrack;
let video: FakeVideo;
/** What is in the document. */
const shown = new Set<object>();
const globals = ['document', 'MediaStream', 'requestAnimationFrame', 'cancelAnimationFrame'];

beforeEach(() => {
  jest.useFakeTimers({ now: START });
  track = new FakeTrack();
  video = new FakeVideo();
  encoded.length = answers.length = 0;
  shown.clear();
  const createElement = (name: string): object => (name === 'video' ? video : new FakeCanvas());
  const body = {
    append: (element: FakeVideo) => {
      shown.add(element);
      element.parentNode = body;
    },
    removeChild: (element: FakeVideo) => shown.delete(element),
  };
  Object.assign(globalThis, {
    document: { createElement, body },
    MediaStream: EventTarget,
    // the browser calls back for its pictures
    requestAnimationFrame: () => 0,
    cancelAnimationFrame: () => undefined,
  });
});

afterEach(() => {
  for (const name of globals) Reflect.deleteProperty(globalThis, name);
  jest.useRealTimers();
});

/** The source of the fake camera, once its first picture was shown. */
async function opened(): Promise<FrameSource> {
  const source = cameraSource(track as unknown as MediaStreamTrack);
  // the check of the canvas
  await jest.advanceTimersByTimeAsync(0);
  encoded.length = 0;
  await video.show({});
  return source;
}

/** Starts the frames of a source; the array grows as they come. */
function framesOf(source: FrameSource): CaptureFrame[] {
  const frames: CaptureFrame[] = [];
  void (async () => {
    for await (const frame of source.frames({ max_frame_bytes: 300_000 })) frames.push(frame);
  })();
  return frames;
}

/** Milliseconds from each frame to the next. */
function steps(frames: readonly CaptureFrame[]): number[] {
  return frames.slice(1).map(({ timestamp_frame }, n) => {
    return timestamp_frame.getTime() - (frames[n]?.timestamp_frame.getTime() ?? NaN);
  });
}

describe('the frames of a camera', () => {
  it.each<[what: string, picture: (n: number) => Partial<VideoFrameCallbackMetadata>]>([
    ['captureTime', (n) => ({ captureTime: 5_000 + n * PICTURE_MS })],
    ['mediaTime only', (n) => ({ mediaTime: (n * PICTURE_MS) / 1_000 })],
    ['no captureTime for one picture', (n) => (n === 8 ? {} : { captureTime: 5_000 + n * PICTURE_MS })],
    [
      'no captureTime for every third picture',
      (n) => ({ mediaTime: (n * PICTURE_MS) / 1_000, ...(n % 3 < 2 && { captureTime: 300 + n * PICTURE_MS }) }),
    ],
    ['a captureTime that stands still', () => ({ captureTime: 12_345 })],
    ['a mediaTime that stands still', () => ({ mediaTime: 0 })],
    ['a captureTime that is set back', (n) => ({ captureTime: (n < 8 ? 5_000 : 0) + n * PICTURE_MS })],
    ['a captureTime that is set forward', (n) => ({ captureTime: (n < 8 ? 0 : 3_600_000) + n * PICTURE_MS })],
  ])('follow real time where the browser has %s', async (_what, picture) => {
    const frames = framesOf(await opened());
    for (let n = 0; n < 20; n++) await video.show(picture(n));

    expect(frames).toHaveLength(20);
    expect(steps(frames)).toEqual(Array<number>(19).fill(PICTURE_MS));
  });

  it.each([-10_000, 3_600_000])('follow real time where the time of day is set by %i ms', async (step_ms) => {
    const frames = framesOf(await opened());
    for (let n = 0; n < 20; n++) {
      if (n === 8) jest.setSystemTime(Date.now() + step_ms);
      await video.show({ mediaTime: (n * PICTURE_MS) / 1_000 });
    }

    expect(steps(frames)).toEqual(Array<number>(19).fill(PICTURE_MS));
  });

  it('begin with the time of day', async () => {
    const frames = framesOf(await opened());
    jest.setSystemTime(START + 60_000);
    await video.show({ mediaTime: 7 });

    expect(frames.map(({ timestamp_frame }) => timestamp_frame.getTime())).toEqual([START + 60_000]);
  });

  it('miss one where the canvas gives no JPEG', async () => {
    const frames = framesOf(await opened());
    await video.show({});
    answers.push((give) => give(null));
    await video.show({});
    await video.show({});

    expect(steps(frames)).toEqual([2 * PICTURE_MS]);
  });

  it('go on a second after a canvas that never answers', async () => {
    const frames = framesOf(await opened());
    await video.show({});
    answers.push(() => undefined);
    for (let n = 0; n < 16; n++) await video.show({});

    expect(frames).toHaveLength(2);
    expect(steps(frames)).toEqual([16 * PICTURE_MS]);
  });

  it('go on after a pause of the camera', async () => {
    const frames = framesOf(await opened());
    await video.show({});
    await jest.advanceTimersByTimeAsync(3_000);
    await video.show({});

    expect(steps(frames)).toEqual([PICTURE_MS + 3_000]);
  });
});

describe('the size of a camera', () => {
  const size = ({ width, height }: FrameSource): string => `${width}x${height}`;

  it.each([
    [0, 0],
    [2, 2],
  ])('is not that of a placeholder of %i x %i', async (width, height) => {
    Object.assign(video, { videoWidth: width, videoHeight: height });
    const opening = cameraSource(track as unknown as MediaStreamTrack);
    await video.show({});
    Object.assign(video, { videoWidth: 640, videoHeight: 480 });
    await video.show({});

    expect(size(await opening)).toBe('640x480');
  });

  it('changes with its pictures until the first frame, and not after it', async () => {
    Object.assign(video, { videoWidth: 1920, videoHeight: 1080 });
    const source = await opened();
    expect(size(source)).toBe('640x360');
    Object.assign(video, { videoWidth: 1080, videoHeight: 1920 });
    await video.show({});
    expect(size(source)).toBe('360x640');

    framesOf(source);
    await video.show({});
    Object.assign(video, { videoWidth: 1920, videoHeight: 1080 });
    await video.show({});

    expect(size(source)).toBe('360x640');
    expect(encoded).toEqual(['360x640', '360x640']);
  });

  it('is missing for 5 s, which is a camera that gives no picture', async () => {
    Object.assign(video, { videoWidth: 2, videoHeight: 2 });
    const opening = cameraSource(track as unknown as MediaStreamTrack);
    const failed = expect(opening).rejects.toMatchObject({ code: 'camera_silent' });
    for (let ms = 0; ms <= 5_000; ms += PICTURE_MS) await video.show({});

    await failed;
    expect(track.readyState).toBe('ended');
  });
});

describe('the video of a camera', () => {
  it('is in the document, rendered and out of sight, until the source is closed', async () => {
    const source = await opened();
    expect(shown.has(video)).toBe(true);
    expect(video.style).toMatchObject({ position: 'fixed', opacity: '0', pointerEvents: 'none' });
    expect(video.style).not.toHaveProperty('display');
    source.close();

    expect(shown.size).toBe(0);
  });

  it('needs no document, and no animation frames', async () => {
    for (const name of ['requestAnimationFrame', 'cancelAnimationFrame']) Reflect.deleteProperty(globalThis, name);
    Reflect.deleteProperty(document, 'body');
    const source = await opened();
    await jest.advanceTimersByTimeAsync(1_000);
    source.close();

    expect(source).toMatchObject({ width: 640, height: 480 });
  });

  it('may be interrupted by the browser, which ends nothing', async () => {
    video.play = () => Promise.reject(new DOMException('interrupted', 'AbortError'));

    expect(await opened()).toMatchObject({ width: 640 });
  });

  it('that may not be played gives no pictures', async () => {
    const cause = new DOMException('not without a click', 'NotAllowedError');
    video.play = () => Promise.reject(cause);

    await expect(cameraSource(track as unknown as MediaStreamTrack)).rejects.toMatchObject({
      code: 'camera_silent',
      cause,
    });
    expect(shown.size).toBe(0);
  });
});

it('a camera in a browser that is too old is refused, and switched off', async () => {
  const { throwIfAborted } = AbortSignal.prototype;
  Reflect.deleteProperty(AbortSignal.prototype, 'throwIfAborted');
  try {
    await expect(cameraSource(track as unknown as MediaStreamTrack)).rejects.toMatchObject({
      code: 'camera_browser_outdated',
    });
    expect(track.readyState).toBe('ended');
  } finally {
    AbortSignal.prototype.throwIfAborted = throwIfAborted;
  }
});

it('a camera in a browser whose canvases give other pictures than were drawn is refused, and switched off', async () => {
  Object.assign(globalThis, { createImageBitmap: () => Promise.resolve({ close: () => undefined }) });
  try {
    await expect(cameraSource(track as unknown as MediaStreamTrack)).rejects.toMatchObject({
      code: 'camera_falsified',
      retry: 'after_change',
      explanation: expect.stringContaining('canvas image data'),
    });
  } finally {
    Reflect.deleteProperty(globalThis, 'createImageBitmap');
  }
  expect(track.readyState).toBe('ended');
  expect(shown.size).toBe(0);
});

/** The page's Content-Security-Policy forbids workers: browsers say so in one of two ways. */
class ForbiddenWorker extends EventTarget {
  constructor() {
    super();
    queueMicrotask(() => this.dispatchEvent(new Event('error')));
  }
}

function ThrowingWorker(): never {
  throw new DOMException('forbidden', 'SecurityError');
}

it.each([ForbiddenWorker, ThrowingWorker])('a page that may have no worker encodes by itself: %p', async (Worker) => {
  const unused = EventTarget;
  Object.assign(globalThis, { Worker, MediaStreamTrackProcessor: unused, OffscreenCanvas: unused });
  try {
    const frames = framesOf(await opened());
    await video.show({});
    expect(frames).toHaveLength(1);
  } finally {
    for (const name of ['Worker', 'MediaStreamTrackProcessor', 'OffscreenCanvas'])
      Reflect.deleteProperty(globalThis, name);
  }
});

it('a camera has failed once no picture could be encoded for 5 s', async () => {
  const source = await opened();
  const frames = source.frames({ max_frame_bytes: 300_000 })[Symbol.asyncIterator]();
  const failed = expect(frames.next()).rejects.toMatchObject({ code: 'camera_failed' });
  for (let ms = 0; ms < 5_000 + PICTURE_MS; ms += PICTURE_MS) {
    answers.push((give) => give(null));
    await video.show({});
  }

  await failed;
});
