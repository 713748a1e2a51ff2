import { afterAll, afterEach, beforeAll, beforeEach, expect, it } from '@jest/globals';
import { DEFAULT_CLIENT_LIMITS } from './client-limits.js';
import type { EncoderNews, EncoderOrder } from './encoder-messages.js';

/** What the canvas does next, one call each; then it gives JPEGs. */
const answers: (() => Promise<Blob>)[] = [];

class FakeCanvas {
  constructor(
    readonly width: number,
    readonly height: number,
  ) {}

  readonly getContext = () => ({
    fillRect: () => undefined,
    drawImage: () => undefined,
    getImageData: () => ({ data: [0, 0, 0, 255] }),
  });

  convertToBlob(): Promise<Blob> {
    return answers.shift()?.() ?? Promise.resolve(new Blob(['1'], { type: 'image/jpeg' }));
  }
}

let hear: (event: { data: EncoderOrder }) => void;
const news: EncoderNews[] = [];
/** Before it had any order. */
const first_news: EncoderNews[] = [];
let heard = (): void => undefined;
let pictures: ReadableStreamDefaultController<VideoFrame>;
const closed: number[] = [];

beforeAll(async () => {
  Object.assign(globalThis, {
    addEventListener: (_type: string, listener: typeof hear) => (hear = listener),
    postMessage: (message: EncoderNews) => {
      news.push(message);
      heard();
    },
    OffscreenCanvas: FakeCanvas,
  });
  await import('./frame-encoder.worker.js');
  first_news.push(...news);
});

afterAll(() => {
  for (const name of ['addEventListener', 'postMessage', 'OffscreenCanvas']) Reflect.deleteProperty(globalThis, name);
});

afterEach(() => void Reflect.deleteProperty(globalThis, 'createImageBitmap'));

beforeEach(() => {
  news.length = closed.length = answers.length = 0;
});

/** Gives the worker a camera. */
function begin(): void {
  const stream = new ReadableStream<VideoFrame>({ start: (controller) => (pictures = controller) });
  hear({ data: { kind: 'camera', pictures: stream, limits: DEFAULT_CLIENT_LIMITS } });
}

/** Shows a picture taken `ms` milliseconds after the first. */
function show(ms: number, displayWidth = 640, displayHeight = 480): void {
  const close = (): unknown => closed.push(ms);
  pictures.enqueue({ displayWidth, displayHeight, timestamp: ms * 1_000, close } as unknown as VideoFrame);
}

/** Resolves with everything the worker said, once it has said that no further frame comes. */
async function ended(): Promise<EncoderNews['kind'][]> {
  const over = new Promise<void>((resolve) => {
    heard = () => {
      if (['lost', 'failed'].includes(news.at(-1)?.kind ?? '')) resolve();
    };
  });
  pictures.close();
  await over;
  return news.map(({ kind }) => kind);
}

const want = (): void => hear({ data: { kind: 'want', max_frame_bytes: 300_000 } });

it('says first that it runs', () => {
  expect(first_news).toEqual([{ kind: 'ready' }]);
});

it('tells the size of the first real picture, and a new one until the first frame', async () => {
  begin();
  show(0, 2, 2);
  show(70, 1920, 1080);
  show(140, 1080, 1920);
  await ended();

  expect(news).toEqual([
    { kind: 'size', size: { width: 640, height: 360 } },
    { kind: 'size', size: { width: 360, height: 640 } },
    { kind: 'lost', code: 'camera_lost' },
  ]);
  expect(closed).toEqual([0, 70, 140]);
});

it('leaves out one frame where the canvas fails once', async () => {
  begin();
  want();
  want();
  answers.push(() => Promise.reject(new Error('no JPEG')));
  for (const ms of [0, 70, 140]) show(ms);

  expect(await ended()).toEqual(['size', 'frame', 'frame', 'lost']);
  expect(closed).toEqual([0, 70, 140]);
});

it('encodes nothing where the canvas gives other pictures than were drawn', async () => {
  Object.assign(globalThis, { createImageBitmap: async () => ({ close: () => undefined }) });
  begin();
  want();
  show(0);
  await ended();

  expect(news).toEqual([{ kind: 'lost', code: 'camera_falsified' }]);
});
