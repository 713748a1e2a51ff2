import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { overhang, smallTargets, violations } from '../support/browser-accessibility.js';
import { BrowserStack } from '../support/browser-stack.js';
import { BROWSERS } from '../support/browsers.js';
import { CaptureWords, hastenCountdown, type TestId, watch } from '../support/capture-words.js';
import type { DrivenBrowser } from '../support/driven-page.js';

const USER = 'demo-user';

const DESKTOP = { width: 1280, height: 800 };

const WINDOWS = {
  desktop: DESKTOP,
  'phone portrait': { width: 390, height: 844 },
  'small phone portrait': { width: 320, height: 568 },
  'phone landscape': { width: 844, height: 390 },
  'small phone landscape': { width: 568, height: 320 },
} as const;

let stack: BrowserStack;
let browser: DrivenBrowser;

beforeAll(async () => {
  stack = await BrowserStack.start({ LANDMARK_THREADS: '0' });
});

afterEach(() => stack.thaw());

afterAll(() => stack.kill());

async function open(scripts = [watch, hastenCountdown]): Promise<CaptureWords> {
  const capture = new CaptureWords(await browser.open(stack.origin, scripts));
  await capture.driven.resize(DESKTOP);
  return capture;
}

/** Expects that everyone can use the page as it is now, in each window, and sees all of `button`. */
async function expectForEveryone(capture: CaptureWords, state: string, button?: TestId): Promise<void> {
  expect(await violations(capture)).toEqual([]);
  for (const [name, size] of Object.entries(WINDOWS)) {
    await capture.driven.resize(size);
    await capture.show(`${state} ${name}`);
    const found = {
      small: await smallTargets(capture),
      overhang: await overhang(capture),
      in_view: !button || (await inView(capture, button)),
    };
    expect({ name, ...found }).toEqual({ name, small: [], overhang: 0, in_view: true });
  }
  await capture.driven.resize(DESKTOP);
}

/** Whether all of a control can be seen without scrolling. */
function inView(capture: CaptureWords, id: TestId): Promise<boolean> {
  return capture.ask((id) => {
    const box = document.querySelector(`[data-testid=${id}]`)?.getBoundingClientRect();
    return box !== undefined && box.left >= 0 && box.top >= 0 && box.right <= innerWidth && box.bottom <= innerHeight;
  }, id);
}

/** Goes through the states of the page, and calls `expectGood` in each. */
async function throughStates(
  capture: CaptureWords,
  expectGood: (state: string, button?: TestId) => Promise<void>,
): Promise<void> {
  await expectGood('1 idle', 'start-session');
  await capture.startSession(USER);
  await expectGood('2 session', 'start-preview');
  await capture.press('start-preview');
  await capture.is('previewing');
  await expectGood('3 previewing', 'start-capture');
  await capture.capture();
  await capture.delivered(5);
  await expectGood('4 capturing', 'stop-capture');
  stack.freeze();
  await capture.press('stop-capture');
  await capture.is('closing');
  expect(await violations(capture)).toEqual([]);
  await capture.show('5 closing');
  stack.thaw();
  await capture.is('done');
  await expectGood('6 done', 'start-capture');
}

/** Records after another client ended the session. */
async function abort(capture: CaptureWords): Promise<void> {
  await stack.endSession({ user_id: USER, session_id: await capture.text('session-id') });
  await capture.press('start-capture');
  await capture.is('aborted');
}

describe.each(BROWSERS)('%s', (name, launch) => {
  beforeAll(async () => {
    browser = await launch({});
  });

  afterAll(() => browser.close());

  it('shows every state to everyone, from idle to done', async () => {
    const capture = await open();
    await throughStates(capture, (state, button) => expectForEveryone(capture, `${name} ${state} light`, button));
    expect(capture.driven.complaints).toEqual([]);
  });

  it('shows the longest words there can be', async () => {
    const capture = await open();
    await capture.preview('W'.repeat(128));
    await capture.driven.fill('intent', 'M'.repeat(256));
    await capture.capture();
    await capture.delivered(5);
    await capture.press('stop-capture');
    await capture.is('done');
    await expectForEveryone(capture, `${name} 9 long words`, 'start-capture');
  });

  it('shows an aborted capture', async () => {
    const capture = await open();
    await capture.preview(USER);
    await abort(capture);
    await expectForEveryone(capture, `${name} 7 aborted`, 'start-session');
  });

  it('shows a camera that is not allowed', async () => {
    const refuseCamera = (): void => {
      navigator.mediaDevices.getUserMedia = () => Promise.reject(new DOMException('', 'NotAllowedError'));
    };
    const capture = await open([watch, refuseCamera]);
    await capture.startSession(USER);
    await capture.press('start-preview');
    await capture.is('error');
    await expectForEveryone(capture, `${name} 8 error`, 'start-preview');
  });

  it('makes a whole capture with the keyboard alone', async () => {
    const capture = await open();
    const { driven } = capture;
    await tabTo(capture, 'user-id');
    await driven.type(USER);
    await driven.press('Enter');
    // the large button has the focus at each step
    await capture.shown('start-preview');
    await driven.press('Enter');
    await capture.is('previewing');
    await tabTo(capture, 'intent', 'Shift+Tab');
    await driven.type('drink');
    await tabTo(capture, 'start-capture');
    await driven.press('Space');
    await capture.is('capturing');
    await capture.delivered(5);
    await driven.press('Enter');
    await capture.is('done');
    await tabTo(capture, 'end-session', 'Shift+Tab');
    await driven.press('Enter');
    await capture.is('idle');
  });

  it('stops the countdown and the recording on Escape', async () => {
    const capture = await open();
    await capture.preview(USER);
    await capture.press('start-capture');
    await capture.shown('stop-capture');
    await capture.driven.press('Escape');
    await capture.shown('start-capture');
    expect((await capture.messages()).sent).toEqual([]);

    await capture.capture();
    await capture.delivered(5);
    await capture.driven.press('Escape');
    await capture.is('done');
  });

  it('keeps the focus on the page when a button goes away', async () => {
    const capture = await open();
    const focused = () => capture.ask(() => document.activeElement?.id);
    await capture.preview(USER);
    await capture.capture();
    await capture.delivered(5);
    expect(await focused()).toBe('stop-capture');
    stack.freeze();
    await capture.driven.press('Enter');
    await capture.is('closing');
    expect(await focused()).toBe('headline');
    stack.thaw();
    await capture.is('done');
    await tabTo(capture, 'end-session', 'Shift+Tab');
    await capture.driven.press('Enter');
    await capture.shown('user-id');
    expect(await focused()).toBe('headline');
  });

  // the pixels that a desktop of 1280 x 800, or of 1280 x 1024, has left then
  it.each([
    ['200 %', { width: 640, height: 400 }],
    ['400 %', { width: 320, height: 256 }],
  ])('enlarged to %s needs no scrolling to the side, and keeps the legend off the picture', async (_, size) => {
    const capture = await open();
    await capture.driven.resize(size);
    expect(await overhang(capture)).toBe(0);
    await capture.preview(USER);
    expect(await overhang(capture)).toBe(0);
    await capture.capture();
    expect(await overhang(capture)).toBe(0);
    expect(await covered(capture)).toBe(0);
    await capture.press('stop-capture');
    await capture.is('done');
    await capture.ask(() => {
      for (const details of document.querySelectorAll('details')) details.open = true;
    });
    expect(await overhang(capture)).toBe(0);
  });
});

describe.each(BROWSERS)('%s, dark and with reduced motion,', (name, launch) => {
  beforeAll(async () => {
    browser = await launch({ scheme: 'dark', reduced_motion: true });
  });

  afterAll(() => browser.close());

  it('shows every state to everyone, and moves nothing but the picture', async () => {
    // with a countdown that lasts long enough to look at
    const capture = await open([watch]);
    const animations = () => capture.ask(() => document.getAnimations().length);
    const expectGood = async (state: string): Promise<void> => {
      expect(await violations(capture)).toEqual([]);
      expect(await animations()).toBe(0);
      await capture.show(`${name} ${state} dark`);
    };
    expect(await capture.ask(() => matchMedia('(prefers-color-scheme: dark)').matches)).toBe(true);
    await throughStates(capture, expectGood);
    await capture.press('start-capture');
    await capture.shown('stop-capture');
    expect(await animations()).toBe(0);
    await capture.press('stop-capture');
    await abort(capture);
    await expectGood('7 aborted');
  });
});

/**
 * Presses Tab, or Shift and Tab, until the control has the focus; each control on the way must show its focus. Rejects if the
 * focus leaves the page, since not every browser brings it back there.
 */
async function tabTo(capture: CaptureWords, id: TestId, key: 'Tab' | 'Shift+Tab' = 'Tab'): Promise<void> {
  const passed: string[] = [];
  for (;;) {
    await capture.driven.press(key);
    const { focused, shown } = await capture.ask(() => {
      const { activeElement } = document;
      if (!activeElement || activeElement === document.body || !document.hasFocus()) return { focused: null };
      const { outlineStyle, boxShadow } = getComputedStyle(activeElement);
      const focused = activeElement.getAttribute('data-testid') ?? activeElement.outerHTML;
      return { focused, shown: outlineStyle !== 'none' || boxShadow !== 'none' };
    });
    if (focused === null) throw new Error(`${id} cannot be reached, only ${passed.join(', ')}`);
    expect({ focused, shown }).toEqual({ focused, shown: true });
    if (focused === id) return;
    passed.push(focused);
  }
}

/** How much of the picture's height the legend lies upon, in CSS pixels. A small window has no legend. */
function covered(capture: CaptureWords): Promise<number> {
  return capture.ask(() => {
    const [legend] = document.getElementById('legend')?.getClientRects() ?? [];
    const picture = document.getElementById('picture')?.getBoundingClientRect();
    return legend && picture ? Math.max(0, picture.bottom - legend.top) : 0;
  });
}
