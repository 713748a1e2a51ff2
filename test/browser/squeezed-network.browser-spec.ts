import { afterAll, beforeAll, expect, it } from '@jest/globals';
import type { Browser } from 'playwright-core';
import { steadyLine } from '../../tools/networks/src/made-up-lines.js';
import { Network } from '../../tools/networks/src/network.js';
import { CAMERA_PICTURES_PER_SECOND, NUMBERED_PICTURES, numberedCamera, numberIn } from '../support/browser-camera.js';
import { CapturePage } from '../support/browser-page.js';
import { BrowserStack } from '../support/browser-stack.js';
import { launchBrowser } from '../support/browser.js';

const BITS_PER_SECOND = 1_500_000;
const PICTURE_MS = 1_000 / CAMERA_PICTURES_PER_SECOND;
/** A camera's clock is this exact, from one of its pictures to the next that was sent. */
const TOLERANCE_MS = 50;

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

/** Milliseconds of camera between two of its pictures, by the numbers in them; it shows them over and over. */
function cameraTime(from: number, to: number): number {
  return ((to - from + NUMBERED_PICTURES) % NUMBERED_PICTURES) * PICTURE_MS;
}

it('a squeezed network costs frames, never the capture, and the time stamps stay true', async () => {
  const context = await browser.newContext({ permissions: ['camera'] });
  const capture = await CapturePage.open(context, network.origin);
  await capture.preview();
  await capture.capture();
  await capture.is('done');

  const { frame_count, terminal } = await stack.ended(capture.capture_id);
  const times = capture.frame_times;
  expect(terminal).toMatchObject({ event: 'capture.close', error_code: null });
  expect(times).toHaveLength(frame_count);
  expect(frame_count).toBeLessThan(0.8 * 225);
  expect(times).toEqual([...new Set(times)].sort((a, b) => a - b));
  for (let second = 0; second < 14; second++) {
    expect(times.filter((time) => Math.floor(time / 1_000) === second)).not.toEqual([]);
  }

  // what the pictures themselves show of the time they were taken at
  const numbers = await Promise.all(capture.jpegs.map(numberIn));
  const errors = numbers.slice(1).map((number, index) => {
    const passed = (times[index + 1] ?? NaN) - (times[index] ?? NaN);
    return passed - cameraTime(numbers[index] ?? NaN, number);
  });
  expect(Math.max(...errors.map(Math.abs))).toBeLessThan(TOLERANCE_MS);
});
