import { afterAll, afterEach, beforeAll, expect, it } from '@jest/globals';
import { BrowserStack } from '../support/browser-stack.js';
import { CaptureWords, frameTimes, watch } from '../support/capture-words.js';
import type { DrivenBrowser } from '../support/driven-page.js';
import { launchFirefox } from '../support/firefox-driver.js';

/** The least frames a second that must arrive from a camera with 15. */
const LEAST_RATE = 14;

let stack: BrowserStack;
let browser: DrivenBrowser;

beforeAll(async () => {
  stack = await BrowserStack.start({ LANDMARK_THREADS: '0' });
});

afterEach(() => browser.close());

afterAll(() => stack.kill());

// `camera-rate.browser-spec.ts` measures Chromium, including its main thread
it('Firefox delivers 15 s of camera at its rate', async () => {
  browser = await launchFirefox({});
  const capture = new CaptureWords(await browser.open(stack.origin, [watch]));
  await capture.preview();
  await capture.capture();
  await capture.is('done');

  const { sent, heard } = await capture.messages();
  const { frame_count, byte_count, terminal } = await stack.ended(sent[0]?.capture_id ?? '');
  const seconds = (frameTimes(sent).at(-1) ?? 0) / 1_000;
  expect(await capture.statuses()).toEqual(['idle', 'previewing', 'capturing', 'closing', 'done']);
  expect(terminal).toMatchObject({ event: 'capture.close', error_code: null });
  expect(heard.at(-1)).toMatchObject({ event: 'capture.closed', frame_count, byte_count });
  expect(seconds).toBeGreaterThan(14);
  expect(frame_count / seconds).toBeGreaterThanOrEqual(LEAST_RATE);
  expect(capture.driven.complaints).toEqual([]);
});
