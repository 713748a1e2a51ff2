import { describe, expect, it } from '@jest/globals';
import type { CapturePage } from '../support/browser-page.js';
import { launchBrowser } from '../support/browser.js';
import { drawCamera } from '../support/drawn-camera.js';
import { pageTests } from '../support/page-tests.js';

const tests = pageTests(() => launchBrowser('two cameras'));

describe('of several cameras', () => {
  /** Makes a phone's back camera of the second one. */
  function turnSecondAway(): void {
    const { getSettings } = MediaStreamTrack.prototype;
    MediaStreamTrack.prototype.getSettings = function () {
      const settings = getSettings.call(this);
      return this.label.endsWith('_1') ? { ...settings, facingMode: 'environment' } : settings;
    };
  }

  /** The names of the cameras that are on. */
  function live(capture: CapturePage): Promise<string[]> {
    return capture.ask(() => {
      const names = window.tracks.filter(({ readyState }) => readyState === 'live').map(({ label }) => label);
      return [...new Set(names)];
    });
  }

  it('the page offers each, records with the chosen one, and remembers it on the device', async () => {
    const capture = await tests.open();
    await capture.preview();
    const choice = capture.by('camera');
    expect(await choice.locator('option').allInnerTexts()).toEqual(['fake_device_0', 'fake_device_1']);
    expect(await live(capture)).toEqual(['fake_device_0']);
    await choice.selectOption('fake_device_1');
    await capture.by('stop-preview').waitFor();
    expect(await live(capture)).toEqual(['fake_device_1']);
    await capture.capture();
    await capture.delivered(5);
    expect(await live(capture)).toEqual(['fake_device_1']);
    expect(await choice.isVisible()).toBe(false);
    await capture.by('stop-capture').click();
    await capture.is('done');

    const later = await tests.open();
    await later.preview();
    expect(await live(later)).toEqual(['fake_device_1']);
    const chosen = later.by('camera').locator('option:checked');
    expect(await chosen.innerText()).toBe('fake_device_1');
    expect(capture.complaints).toEqual([]);
  });

  it('the page takes another one where the remembered one is gone', async () => {
    await tests.context.addInitScript(() => localStorage.setItem('camera', 'f'.repeat(64)));
    const capture = await tests.open();
    await capture.preview();
    expect(await live(capture)).toEqual(['fake_device_0']);
  });

  it('the page mirrors one that looks at the person, and not the one at the back', async () => {
    await tests.context.addInitScript(turnSecondAway);
    const capture = await tests.open();
    const mirrored = () => capture.page.locator('.mirrored:is(video, canvas)').count();
    await capture.preview();
    expect(await mirrored()).toBe(2);
    await capture.by('camera').selectOption('fake_device_1');
    await capture.by('stop-preview').waitFor();
    expect(await mirrored()).toBe(0);
  });
});

describe('before the recording', () => {
  it.each([
    ['black', /dark or covered/],
    ['still', /does not move/],
  ] as const)('the page says that the picture is %s, until it is well again', async (picture, words) => {
    await tests.context.addInitScript(drawCamera);
    const capture = await tests.open();
    const fault = capture.by('picture-fault');
    const show = (shown: Window['drawn']['picture']) =>
      capture.ask((shown) => void Object.assign(window.drawn, { picture: shown }), shown);
    await capture.preview();
    expect(await fault.innerText()).toBe('');
    await show(picture);
    await fault.filter({ hasText: words }).waitFor();
    await show('moving');
    await fault.filter({ hasText: /^$/ }).waitFor({ state: 'attached' });
    expect(await capture.by('start-capture').isEnabled()).toBe(true);
  });
});

describe('a page that is hidden', () => {
  /** Does what a browser does when another page or app comes before this one, and when this one is back. */
  async function hide(capture: CapturePage, hidden: boolean): Promise<void> {
    await capture.ask((hidden) => {
      Object.defineProperty(document, 'hidden', { configurable: true, value: hidden });
      document.dispatchEvent(new Event('visibilitychange'));
    }, hidden);
  }

  it('ends the recording at once and says so, and the next one works', async () => {
    const capture = await tests.open();
    await capture.preview();
    await capture.capture();
    await capture.delivered(5);
    await hide(capture, true);
    await capture.is('error');
    expect(await capture.text('error-code')).toBe('page_hidden');
    expect(await capture.text('error-text')).toMatch(/left during the recording/);
    expect(await tests.stack.ended(capture.capture_id)).toMatchObject({ terminal: { event: 'capture.abort' } });

    await hide(capture, false);
    await capture.capture();
    await capture.delivered(5);
    await capture.by('stop-capture').click();
    await capture.is('done');
    expect(await tests.stack.ended(capture.capture_id)).toMatchObject({ terminal: { event: 'capture.close' } });
  });

  it('takes a countdown back, and nothing is sent', async () => {
    // a countdown that never ends
    await tests.context.addInitScript(() => {
      const { setInterval } = window;
      const endless = (handler: TimerHandler, ms?: number): number => (ms === 1_000 ? 0 : setInterval(handler, ms));
      Object.assign(window, { setInterval: endless });
    });
    const capture = await tests.open();
    await capture.preview();
    await capture.by('start-capture').click();
    await capture.by('stop-capture').waitFor();
    await hide(capture, true);
    await capture.by('start-capture').waitFor();
    expect(capture.sent).toEqual([]);
  });
});
