import { afterAll, afterEach, beforeAll, beforeEach } from '@jest/globals';
import type { Browser, BrowserContext, BrowserContextOptions } from 'playwright-core';
import { CapturePage } from './browser-page.js';
import { BrowserStack } from './browser-stack.js';
import { launchBrowser } from './browser.js';
import { hastenCountdown } from './capture-words.js';

/** What the tests of one file share: a stack without landmarks, and Chromium. Each test has a context of its own. */
export interface PageTests {
  stack: BrowserStack;
  browser: Browser;
  context: BrowserContext;
  /** Gives the test another context, with these options. */
  renew(options: BrowserContextOptions): Promise<void>;
  /** Opens the page in the test's context. */
  open(): Promise<CapturePage>;
}

/** Sets up the tests of a file. The camera is allowed, and the countdown is short. */
export function pageTests(launch: () => Promise<Browser> = launchBrowser): PageTests {
  const tests = {
    async renew(options) {
      await tests.context.close();
      tests.context = await newContext(options);
    },
    open: () => CapturePage.open(tests.context, tests.stack.origin),
  } as PageTests;

  async function newContext(options: BrowserContextOptions = {}): Promise<BrowserContext> {
    const context = await tests.browser.newContext({ permissions: ['camera'], ...options });
    await context.addInitScript(hastenCountdown);
    return context;
  }

  beforeAll(async () => {
    [tests.stack, tests.browser] = await Promise.all([BrowserStack.start({ LANDMARK_THREADS: '0' }), launch()]);
  });
  beforeEach(async () => {
    tests.context = await newContext();
  });
  afterEach(() => tests.context.close());
  afterAll(async () => {
    await tests.browser.close();
    await tests.stack.kill();
  });
  return tests;
}
