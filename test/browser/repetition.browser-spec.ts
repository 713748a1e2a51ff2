import { afterAll, beforeAll, beforeEach, expect, it } from '@jest/globals';
import type { Browser, BrowserContext } from 'playwright-core';
import { CapturePage } from '../support/browser-page.js';
import { BrowserStack } from '../support/browser-stack.js';
import { launchBrowser } from '../support/browser.js';
import { hastenCountdown, type TestId } from '../support/capture-words.js';

const LARGE: TestId[] = ['start-session', 'start-preview', 'start-capture', 'stop-capture'];

let stack: BrowserStack;
let browser: Browser;
let context: BrowserContext;

beforeAll(async () => {
  [stack, browser] = await Promise.all([BrowserStack.start({ LANDMARK_THREADS: '0' }), launchBrowser()]);
});

beforeEach(async () => {
  context = await browser.newContext({ permissions: ['camera'] });
  await context.addInitScript(hastenCountdown);
});

afterAll(async () => {
  await browser.close();
  await stack.kill();
});

/** The boxes of all large buttons there have been, one text for each; one of them is there now. */
class LargeButton {
  readonly boxes = new Set<string>();

  constructor(private readonly capture: CapturePage) {}

  async look(): Promise<void> {
    const boxes = await Promise.all(LARGE.map((id) => this.capture.by(id).boundingBox()));
    const there = boxes.filter((box) => box !== null);
    expect(there).toHaveLength(1);
    this.boxes.add(JSON.stringify(there[0]));
  }
}

/** The signs of the strip: a number, and whether the recording is good. */
function strip(capture: CapturePage): Promise<string[]> {
  return capture.by('recording').allInnerTexts();
}

it.each([
  { width: 375, height: 667 },
  { width: 568, height: 320 },
  { width: 820, height: 1180 },
  { width: 1366, height: 768 },
])('at %j three recordings need one place to press, and none is lost', async (size) => {
  const capture = await CapturePage.open(context, stack.origin);
  await capture.page.setViewportSize(size);
  const large = new LargeButton(capture);
  await large.look();
  await capture.startSession('mia');
  await large.look();
  await capture.by('start-preview').click();
  await capture.is('previewing');
  await large.look();
  await capture.page.getByTestId('intent').fill('drink');
  await capture.by('start-capture').focus();
  for (let nth = 1; nth <= 3; nth++) {
    // the focus is on the button: one key for each
    await capture.page.keyboard.press('Space');
    await capture.is('capturing');
    await large.look();
    await capture.delivered(5);
    await capture.page.keyboard.press('Space');
    await capture.is('done');
    await large.look();
    expect(await strip(capture)).toHaveLength(nth);
  }
  await capture.show(`repetition ${size.width}x${size.height}`);
  expect([...large.boxes]).toHaveLength(1);
  expect(capture.complaints).toEqual([]);
});

it('a recording can be looked at again and discarded, and the extractor forgets it', async () => {
  const capture = await CapturePage.open(context, stack.origin);
  await capture.preview();
  const ids: string[] = [];
  for (let nth = 1; nth <= 2; nth++) {
    await capture.capture();
    await capture.delivered(5);
    ids.push(capture.capture_id);
    await capture.by('stop-capture').click();
    await capture.is('done');
  }
  await capture.by('recording').first().click();
  expect(await capture.text('result')).toMatch(/Recording 1/);
  capture.page.once('dialog', (dialog) => void dialog.accept());
  await capture.by('discard').click();
  await capture.by('recording').nth(1).waitFor({ state: 'detached' });
  expect((await strip(capture)).join()).toMatch(/^2/);
  const statuses = ids.map(async (id) => (await fetch(`${stack.origin}/landmark_extractor/captures/${id}`)).status);
  expect(await Promise.all(statuses)).toEqual([404, 200]);
});

it('a series records by itself until it is done, and Escape stops it at once', async () => {
  const capture = await CapturePage.open(context, stack.origin);
  await capture.preview();
  await capture.by('series').locator('summary').click();
  await capture.by('series-times').fill('3');
  await capture.by('series-length').fill('1');
  await capture.by('series-pause').fill('1');
  await capture.by('start-capture').filter({ hasText: 'Record 3 times' }).click();
  await capture.is('done');
  expect(await strip(capture)).toHaveLength(3);

  await capture.by('start-capture').click();
  await capture.is('capturing');
  await capture.page.keyboard.press('Escape');
  await capture.is('done');
  expect(await strip(capture)).toHaveLength(4);
  expect(capture.complaints).toEqual([]);
});

it('the word of one person is not kept for the next, and a name that resembles one is asked about', async () => {
  const capture = await CapturePage.open(context, stack.origin);
  await capture.preview('mia');
  await capture.page.getByTestId('intent').fill('drink');
  await capture.by('end-session').click();
  await capture.by('user-id').fill('Mia');
  await capture.by('start-session').click();
  await capture.by('other-person').waitFor();
  expect(await capture.page.getByRole('status').innerText()).toMatch(/Is this the same person/);
  await capture.by('start-session').filter({ hasText: 'Yes' }).click();
  await capture.by('session-id').filter({ hasText: /\S/ }).waitFor();
  expect(await capture.page.locator('#session-user').innerText()).toBe('mia');
  await capture.by('start-preview').click();
  await capture.is('previewing');
  expect(await capture.page.getByTestId('intent').inputValue()).toBe('');
});
