import { afterAll, afterEach, beforeAll, expect, it } from '@jest/globals';
import { violations } from '../support/browser-accessibility.js';
import { BrowserStack } from '../support/browser-stack.js';
import { CaptureWords, watch } from '../support/capture-words.js';
import type { DrivenBrowser } from '../support/driven-page.js';
import { launchWebKit } from '../support/webkit-driver.js';
import { expectWholeCapture } from '../support/whole-capture.js';

let stack: BrowserStack;
let browser: DrivenBrowser;

beforeAll(async () => {
  stack = await BrowserStack.start({ LANDMARK_THREADS: '0' });
});

afterEach(() => browser.close());

afterAll(() => stack.kill());

// the rate depends on the machine, since this WebKit draws without a graphics processor
it('WebKit delivers each frame of 15 s of camera, and shows the result to everyone', async () => {
  browser = await launchWebKit({});
  const capture = new CaptureWords(await browser.open(stack.origin, [watch]));
  await expectWholeCapture(stack, capture);
  expect(await violations(capture)).toEqual([]);
});
