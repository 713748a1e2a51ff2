import { afterAll, beforeAll, expect, it } from '@jest/globals';
import type { Browser } from 'playwright-core';
import { mainThreadTasks } from '../support/browser-main-thread.js';
import { CapturePage } from '../support/browser-page.js';
import { BrowserStack } from '../support/browser-stack.js';
import { launchBrowser } from '../support/browser.js';

/** Frames a second that must arrive of a camera that takes 15. */
const LEAST_RATE = 14;

/** A page that computes longer than this without a break is felt to stutter. */
const LONG_TASK_MS = 50;

let stack: BrowserStack;
let browser: Browser;

beforeAll(async () => {
  [stack, browser] = await Promise.all([BrowserStack.start({ LANDMARK_THREADS: '0' }), launchBrowser()]);
});

afterAll(async () => {
  await browser.close();
  await stack.kill();
});

it('15 s of camera arrive at its rate, and the page stays smooth meanwhile', async () => {
  const context = await browser.newContext({ permissions: ['camera'] });
  const capture = await CapturePage.open(context, stack.origin);
  await capture.preview();
  const tasks = await mainThreadTasks(browser, capture.page, async () => {
    await capture.capture();
    await capture.is('done');
  });

  const { frame_count, byte_count, terminal } = await stack.ended(capture.capture_id);
  const [opened] = capture.heard.filter(({ event }) => event === 'capture.opened');
  const receipt = capture.heard.at(-1);
  const seconds = (capture.frame_times.at(-1) ?? 0) / 1_000;

  expect(terminal).toMatchObject({ event: 'capture.close', error_code: null });
  expect(receipt).toMatchObject({ event: 'capture.closed', frame_count, byte_count });
  expect(seconds).toBeGreaterThan(14);
  expect(frame_count / seconds).toBeGreaterThanOrEqual(LEAST_RATE);
  expect(Date.parse(receipt?.timestamp ?? '') - Date.parse(opened?.timestamp ?? '')).toBeLessThan(17_000);
  expect(tasks.length).toBeGreaterThan(frame_count);
  expect(tasks.filter(({ computed }) => computed > LONG_TASK_MS)).toEqual([]);
});
