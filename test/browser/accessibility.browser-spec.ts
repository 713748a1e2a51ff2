import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { overhang, violations } from '../support/browser-accessibility.js';
import { BrowserStack } from '../support/browser-stack.js';
import { CaptureWords } from '../support/capture-words.js';
import { launchChromium } from '../support/chromium-driver.js';

const WIDTHS = [320, 390, 844, 1280] as const;

let stack: BrowserStack;

beforeAll(async () => {
  stack = await BrowserStack.start({ LANDMARK_THREADS: '0' });
});

afterAll(() => stack.kill());

it.each(['light', 'dark'] as const)('everyone can read the contract at /docs, in %s colours', async (scheme) => {
  const browser = await launchChromium({ scheme });
  try {
    const docs = new CaptureWords(await browser.open(`${stack.origin}/docs/`, []));
    expect(await violations(docs)).toEqual([]);
    for (const width of WIDTHS) {
      await docs.driven.resize({ width, height: 800 });
      expect({ width, overhang: await overhang(docs) }).toEqual({ width, overhang: 0 });
    }
  } finally {
    await browser.close();
  }
});

it('a Content-Security-Policy keeps the page to its own origin', async () => {
  const answer = await fetch(stack.origin);
  const policy = answer.headers.get('content-security-policy') ?? '';
  expect(policy).toMatch(/default-src '(none|self)'/);
  expect(policy).not.toMatch(/unsafe|https?:|wss?:|\*/);
});
