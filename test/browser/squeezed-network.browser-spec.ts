import { afterAll, beforeAll, expect, it } from '@jest/globals';
import type { Browser } from 'playwright-core';
import { steadyLine } from '../../tools/networks/src/made-up-lines.js';
import { Network } from '../../tools/networks/src/network.js';
import { CAMERA_PICTURES_PER_SECOND, NUMBERED_PICTURES, numberedCamera, numberIn } from '../support/browser-camera.js';
import { CapturePage } from '../support/browser-page.js';
import { BrowserStack } from '../support/browser-stack.js';
import { launchBrowser } from '../support/browser.js';

const BITS_PER_SECOND = 1_500_000;

/** The camera shows its pictures over and over. */
const ROUND_MS = (NUMBERED_PICTURES * 1_000) / CAMERA_PICTURES_PER_SECOND;

/** Time stamps count whole milliseconds, and a camera's clock microseconds. */
const ROUNDING_MS = 2;

declare global {
  interface Window {
    /** Every picture that the camera gave: the number in it, and the camera's own time in milliseconds. */
    readonly pictures: { readonly number: number; readonly at: number }[];
  }
}

/** Runs in the page before its own scripts, and reads the number of each picture beside them. */
function readPictures(): void {
  const pictures: Window['pictures'] = [];
  Object.assign(window, { pictures });
  const canvas = new OffscreenCanvas(7, 1);
  const context = canvas.getContext('2d', { willReadFrequently: true });
  const { mediaDevices } = navigator;
  const getUserMedia = mediaDevices.getUserMedia.bind(mediaDevices);

  const read = async (track: MediaStreamTrack): Promise<void> => {
    const Processor = (window as unknown as Record<'MediaStreamTrackProcessor', new (of: object) => ReaderOf>)
      .MediaStreamTrackProcessor;
    const reader = new Processor({ track }).readable.getReader();
    for (let next = await reader.read(); !next.done && context; next = await reader.read()) {
      const picture = next.value;
      context.drawImage(picture, 0, 0, picture.displayWidth, 48, 0, 0, 7, 1);
      const { data } = context.getImageData(0, 0, 7, 1);
      let number = 0;
      for (let bit = 0; bit < 7; bit++) number = number * 2 + ((data[bit * 4] ?? 0) > 127 ? 1 : 0);
      pictures.push({ number, at: picture.timestamp / 1_000 });
      picture.close();
    }
  };
  mediaDevices.getUserMedia = async (constraints) => {
    const stream = await getUserMedia(constraints);
    const [track] = stream.getVideoTracks();
    if (track) void read(track.clone());
    return stream;
  };
}

interface ReaderOf {
  readonly readable: ReadableStream<VideoFrame>;
}

let network: Network;
let stack: BrowserStack;
let browser: Browser;

beforeAll(async () => {
  [stack, browser] = await Promise.all([
    BrowserStack.start({ LANDMARK_THREADS: '0' }),
    launchBrowser(numberedCamera()),
  ]);
  network = await Network.to(stack.port, steadyLine('1.5 Mbit/s', BITS_PER_SECOND));
});

afterAll(async () => {
  await browser.close();
  await network.stop();
  await stack.kill();
});

it('a squeezed network costs quality, never the capture, and the time stamps stay true', async () => {
  const context = await browser.newContext({ permissions: ['camera'] });
  await context.addInitScript(readPictures);
  const capture = await CapturePage.open(context, network.origin);
  await capture.preview();
  await capture.capture();
  await capture.is('done');

  const { frame_count, terminal } = await stack.ended(capture.capture_id);
  const times = capture.frame_times;
  expect(terminal).toMatchObject({ event: 'capture.close', error_code: null });
  expect(times).toHaveLength(frame_count);
  // the first frame goes out at full quality, before anything is known of the network
  const [full = NaN, ...later] = capture.jpegs.map(({ byteLength }) => byteLength);
  expect(later.reduce((sum, bytes) => sum + bytes, 0) / later.length).toBeLessThan(0.75 * full);
  expect(times).toEqual([...new Set(times)].sort((a, b) => a - b));
  for (let second = 0; second < 14; second++) {
    expect(times.filter((time) => Math.floor(time / 1_000) === second)).not.toEqual([]);
  }

  // the camera's own time of the picture that each frame shows, whenever a busy machine let the camera take it
  const pictures = await capture.page.evaluate(() => window.pictures);
  const numbers = await Promise.all(capture.jpegs.map(numberIn));
  const errors = numbers.flatMap((number, index) => {
    const shown = pictures.filter((picture) => picture.number === number);
    return shown.map(({ at }) => at - (times[index] ?? NaN));
  });
  // the camera shows each picture once a round: the clocks differ by what most frames agree on
  const agreed = errors.map((error) => errors.filter((other) => Math.abs(other - error) <= ROUNDING_MS).length);
  expect(Math.max(...agreed)).toBeGreaterThan(0.5 * frame_count);
  const difference = errors[agreed.indexOf(Math.max(...agreed))] ?? NaN;
  const wrong = errors
    .map((error) => Math.abs(error - difference))
    .filter((by) => by > ROUNDING_MS && by < ROUND_MS / 2);
  expect(wrong).toEqual([]);
});
