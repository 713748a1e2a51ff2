import { afterAll, beforeAll, expect, it } from '@jest/globals';
import type { Browser } from 'playwright-core';
import { violations } from '../support/browser-accessibility.js';
import { CapturePage } from '../support/browser-page.js';
import { BrowserStack } from '../support/browser-stack.js';
import { launchBrowser } from '../support/browser.js';
import { hastenCountdown } from '../support/capture-words.js';

let stack: BrowserStack;
let browser: Browser;

beforeAll(async () => {
  [stack, browser] = await Promise.all([BrowserStack.start({ LANDMARK_THREADS: '0' }), launchBrowser()]);
});

afterAll(async () => {
  await browser.close();
  await stack.kill();
});

it.each([
  ['de-AT', 'de', /Aufnahme läuft für demo-user/, /angekommen/],
  ['fr-FR', 'en', /Recording for demo-user/, /delivered/],
])('a browser in %s gets the page in %s, and the same status', async (locale, lang, capturing, done) => {
  const context = await browser.newContext({ permissions: ['camera'], locale });
  await context.addInitScript(hastenCountdown);
  const capture = await CapturePage.open(context, stack.origin);
  const announcement = capture.page.getByRole('status');
  await capture.show(`${locale} 1 idle`);
  await capture.preview();
  expect(await capture.page.locator('html').getAttribute('lang')).toBe(lang);
  await capture.show(`${locale} 3 previewing`);
  await capture.capture();
  await announcement.filter({ hasText: capturing }).waitFor();
  await capture.delivered(5);
  await capture.by('stop-capture').click();
  await capture.is('done');
  await announcement.filter({ hasText: done }).waitFor();
  await capture.show(`${locale} 6 done`);
  expect(await violations(capture)).toEqual([]);
  expect(capture.complaints).toEqual([]);
  await context.close();
});
