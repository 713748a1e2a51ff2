import { afterAll, afterEach, beforeAll, expect, it } from '@jest/globals';
import { BrowserStack } from '../support/browser-stack.js';
import { CaptureWords, watch } from '../support/capture-words.js';
import type { DrivenBrowser } from '../support/driven-page.js';
import { launchFirefox } from '../support/firefox-driver.js';
import { expectWholeCapture } from '../support/whole-capture.js';

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
  expect(await expectWholeCapture(stack, capture)).toBeGreaterThanOrEqual(LEAST_RATE);
});
