import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import type { Browser, BrowserContext, Page } from 'playwright-core';
import { overhang, smallTargets, violations } from '../support/browser-accessibility.js';
import { CapturePage } from '../support/browser-page.js';
import { BrowserStack } from '../support/browser-stack.js';
import { launchBrowser } from '../support/browser.js';
import { hastenCountdown, type TestId } from '../support/capture-words.js';

const USER = 'demo-user';

const WINDOWS = {
  desktop: { width: 1280, height: 800 },
  'phone portrait': { width: 390, height: 844 },
  'small phone portrait': { width: 320, height: 568 },
  'phone landscape': { width: 844, height: 390 },
} as const;

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

afterEach(async () => {
  stack.thaw();
  await context.close();
});

afterAll(async () => {
  await browser.close();
  await stack.kill();
});

/** Everyone can use the page as it is now: light and dark, on a desktop and on a phone however held, `button` in view. */
async function expectForEveryone(capture: CapturePage, state: string, button?: TestId): Promise<void> {
  const { page } = capture;
  for (const colorScheme of ['light', 'dark'] as const) {
    await page.emulateMedia({ colorScheme });
    expect(await violations(capture)).toEqual([]);
    await capture.show(`${state} ${colorScheme}`);
  }
  for (const [name, size] of Object.entries(WINDOWS)) {
    await page.setViewportSize(size);
    await capture.show(`${state} ${name}`);
    const found = {
      small: await smallTargets(capture),
      overhang: await overhang(capture),
      in_view: !button || (await inView(page, button)),
    };
    expect({ name, ...found }).toEqual({ name, small: [], overhang: 0, in_view: true });
  }
  await page.setViewportSize(WINDOWS.desktop);
}

/** Whether all of a control can be seen without scrolling. */
async function inView(page: Page, id: TestId): Promise<boolean> {
  const box = await page.getByTestId(id).boundingBox();
  const size = page.viewportSize();
  if (!box || !size) return false;
  return box.x >= 0 && box.y >= 0 && box.x + box.width <= size.width && box.y + box.height <= size.height;
}

describe('every state is for everyone', () => {
  it('from idle to done', async () => {
    const capture = await CapturePage.open(context, stack.origin);
    await expectForEveryone(capture, '1 idle');
    await capture.startSession(USER);
    await expectForEveryone(capture, '2 session');
    await capture.by('start-preview').click();
    await capture.is('previewing');
    await expectForEveryone(capture, '3 previewing', 'start-capture');
    await capture.capture();
    await capture.delivered(10);
    await expectForEveryone(capture, '4 capturing', 'stop-capture');
    stack.freeze();
    await capture.by('stop-capture').click();
    await capture.is('closing');
    expect(await violations(capture)).toEqual([]);
    await capture.show('5 closing');
    stack.thaw();
    await capture.is('done');
    await expectForEveryone(capture, '6 done', 'start-capture');
    expect(capture.complaints).toEqual([]);
  });

  it('with the longest words there can be', async () => {
    const capture = await CapturePage.open(context, stack.origin);
    await capture.preview('W'.repeat(128));
    await capture.page.locator('#intent').fill('M'.repeat(256));
    await capture.capture();
    await capture.delivered(5);
    await capture.by('stop-capture').click();
    await capture.is('done');
    await expectForEveryone(capture, '9 long words');
  });

  it('aborted', async () => {
    const capture = await CapturePage.open(context, stack.origin);
    await capture.preview(USER);
    await stack.endSession({ user_id: USER, session_id: await capture.text('session-id') });
    await capture.by('start-capture').click();
    await capture.is('aborted');
    await expectForEveryone(capture, '7 aborted');
  });

  it('error', async () => {
    await context.clearPermissions();
    const capture = await CapturePage.open(context, stack.origin);
    await capture.startSession(USER);
    await capture.by('start-preview').click();
    await capture.is('error');
    await expectForEveryone(capture, '8 error');
  });
});

describe('the keyboard alone', () => {
  /** Presses Tab until the control has the focus; it must show it. */
  async function tabTo({ page }: CapturePage, id: TestId): Promise<void> {
    const passed: (string | null)[] = [];
    for (;;) {
      await page.keyboard.press('Tab');
      const { focused, shown } = await page.evaluate(() => {
        const { activeElement } = document;
        // after the last control the browser itself has its turn
        if (!activeElement || activeElement === document.body) return { focused: null, shown: true };
        const { outlineStyle, boxShadow } = getComputedStyle(activeElement);
        const focused = activeElement.getAttribute('data-testid') ?? activeElement.outerHTML;
        return { focused, shown: outlineStyle !== 'none' || boxShadow !== 'none' };
      });
      expect({ focused, shown }).toEqual({ focused, shown: true });
      if (focused === id) return;
      if (passed.includes(focused)) throw new Error(`${id} cannot be reached, only ${passed.join(', ')}`);
      passed.push(focused);
    }
  }

  it('does a whole capture', async () => {
    const capture = await CapturePage.open(context, stack.origin);
    const { keyboard } = capture.page;
    await tabTo(capture, 'user-id');
    await keyboard.type(USER);
    await keyboard.press('Enter');
    await capture.by('session-id').filter({ hasText: /\S/ }).waitFor();
    await tabTo(capture, 'start-preview');
    await keyboard.press('Enter');
    await capture.is('previewing');
    await tabTo(capture, 'start-capture');
    await keyboard.press('Space');
    await capture.is('capturing');
    await capture.delivered(5);
    await tabTo(capture, 'stop-capture');
    await keyboard.press('Enter');
    await capture.is('done');
    await tabTo(capture, 'end-session');
    await keyboard.press('Enter');
    await capture.is('idle');
  });

  it('stops with Escape what is being counted down to, and what is being recorded', async () => {
    const capture = await CapturePage.open(context, stack.origin);
    const { keyboard } = capture.page;
    await capture.preview(USER);
    await capture.by('start-capture').click();
    await capture.by('stop-capture').waitFor();
    await keyboard.press('Escape');
    await capture.by('start-capture').waitFor();
    expect(capture.sent).toEqual([]);

    await capture.capture();
    await capture.delivered(5);
    await keyboard.press('Escape');
    await capture.is('done');
  });

  it('is never sent back to the top of the page by a button that goes away', async () => {
    const capture = await CapturePage.open(context, stack.origin);
    const focused = () => capture.page.evaluate(() => document.activeElement?.id);
    await capture.preview(USER);
    await capture.capture();
    await capture.delivered(5);
    expect(await focused()).toBe('stop-capture');
    stack.freeze();
    await capture.page.keyboard.press('Enter');
    await capture.is('closing');
    expect(await focused()).toBe('headline');
    stack.thaw();
    await capture.is('done');
    await tabTo(capture, 'start-capture');
    await capture.by('end-session').press('Enter');
    await capture.by('user-id').waitFor();
    expect(await focused()).toBe('headline');
  });
});

describe('enlarged', () => {
  /** A desktop of 1280 x 800, or of 1280 x 1024, has so many pixels left. */
  const SIZES = { '200 %': { width: 640, height: 400 }, '400 %': { width: 320, height: 256 } };

  it.each(Object.entries(SIZES))(
    'to %s it needs no scrolling to the side, and leaves the picture free',
    async (_, size) => {
      const capture = await CapturePage.open(context, stack.origin);
      await capture.page.setViewportSize(size);
      expect(await overhang(capture)).toBe(0);
      await capture.preview(USER);
      expect(await overhang(capture)).toBe(0);
      await capture.capture();
      expect(await overhang(capture)).toBe(0);
      expect(await covered(capture.page)).toBe(0);
      await capture.by('stop-capture').click();
      await capture.is('done');
      expect(await overhang(capture)).toBe(0);
    },
  );

  /** How much of the picture's height the legend lies upon. */
  function covered(page: Page): Promise<number> {
    return page.evaluate(() => {
      const box = (id: string) => document.getElementById(id)?.getBoundingClientRect() ?? new DOMRect();
      return Math.max(0, box('picture').bottom - box('legend').top);
    });
  }
});

describe('reduced motion', () => {
  beforeEach(async () => {
    // a countdown that lasts long enough to be looked at
    await context.close();
    context = await browser.newContext({ permissions: ['camera'] });
  });

  function animations({ page }: CapturePage): Promise<number> {
    return page.evaluate(() => document.getAnimations().length);
  }

  it('stills everything but the picture', async () => {
    const capture = await CapturePage.open(context, stack.origin);
    await capture.page.emulateMedia({ reducedMotion: 'reduce' });
    await capture.preview(USER);
    await capture.by('start-capture').click();
    expect(await animations(capture)).toBe(0);
    await capture.is('capturing');
    expect(await animations(capture)).toBe(0);
    await capture.by('stop-capture').click();
    await capture.is('done');
    expect(await animations(capture)).toBe(0);
  });
});

it('the contract at /docs is for everyone too', async () => {
  const capture = await CapturePage.open(context, stack.origin, '/docs/');
  for (const colorScheme of ['light', 'dark'] as const) {
    await capture.page.emulateMedia({ colorScheme });
    expect(await violations(capture)).toEqual([]);
  }
  for (const [name, size] of Object.entries(WINDOWS)) {
    await capture.page.setViewportSize(size);
    expect({ name, overhang: await overhang(capture) }).toEqual({ name, overhang: 0 });
  }
});

it('nothing leaves the page’s own origin, and a Content-Security-Policy says so', async () => {
  const answer = await fetch(stack.origin);
  const policy = answer.headers.get('content-security-policy') ?? '';
  expect(policy).toMatch(/default-src '(none|self)'/);
  expect(policy).not.toMatch(/unsafe|https?:|wss?:|\*/);
});
