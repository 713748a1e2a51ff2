import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { Network } from '../../tools/networks/src/network.js';
import { violations } from './browser-accessibility.js';
import { BrowserStack } from './browser-stack.js';
import { CaptureWords, hastenCountdown, watch } from './capture-words.js';
import type { BrowserSetup, DrivenBrowser } from './driven-page.js';

/** How the page reports the failures that every browser can have. */
export function describeFailures(
  name: string,
  launch: (setup: BrowserSetup) => Promise<DrivenBrowser>,
  { falsifies = false }: { readonly falsifies?: boolean } = {},
): void {
  describe(`in ${name}`, () => {
    let stack: BrowserStack;
    let network: Network;
    let browser: DrivenBrowser;

    beforeAll(async () => {
      stack = await BrowserStack.start({ LANDMARK_THREADS: '0' });
      network = await Network.to(stack.port);
    });

    afterEach(async () => {
      await browser.close();
      network.mend();
    });

    afterAll(async () => {
      await network.stop();
      await stack.kill();
    });

    async function open(setup: BrowserSetup = {}): Promise<CaptureWords> {
      browser = await launch(setup);
      return new CaptureWords(await browser.open(network.origin, [watch, hastenCountdown]));
    }

    it('a missing camera is reported', async () => {
      await expectNoCamera(await open({ camera: 'missing' }), 'camera_missing', /connect one/);
    });

    it('the next capture works after the network was lost', async () => {
      const capture = await open();
      await capture.preview();
      await capture.capture();
      await capture.delivered(5);
      network.cut();
      await capture.is('error');
      await expectWords(capture, 'connection_lost', /connection was lost/);
      const lost = await lastCapture(capture);
      expect(await stack.ended(lost)).toMatchObject({ terminal: { event: 'capture.abort' } });

      network.mend();
      await capture.capture();
      await capture.delivered(5);
      await capture.press('stop-capture');
      await capture.is('done');
      const next = await lastCapture(capture);
      expect(next).not.toBe(lost);
      expect(await stack.ended(next)).toMatchObject({ terminal: { event: 'capture.close' } });
      expect(await capture.isShown('error-text')).toBe(false);
    });

    if (!falsifies) return;
    it('pictures that the browser falsifies are refused before the capture', async () => {
      const capture = await open({ camera: 'falsified' });
      await expectNoCamera(capture, 'camera_falsified', /allow .*canvas image data/);
    });
  });
}

async function expectWords(capture: CaptureWords, code: string, words: RegExp): Promise<void> {
  expect(await capture.text('error-code')).toBe(code);
  expect(await capture.text('error-text')).toMatch(words);
  await capture.until((pattern) => {
    const regions = document.querySelectorAll<HTMLElement>('[role=status], [role=alert]');
    return [...regions].some(({ innerText }) => new RegExp(pattern).test(innerText));
  }, words.source);
  expect(await violations(capture)).toEqual([]);
}

/** Resolves with the capture_id of the last capture that the page opened. */
async function lastCapture(capture: CaptureWords): Promise<string> {
  const { sent } = await capture.messages();
  return sent.findLast(({ event }) => event === 'capture.open')?.capture_id ?? '';
}

/** Turns on a camera that cannot be used. */
async function expectNoCamera(capture: CaptureWords, code: string, words: RegExp): Promise<void> {
  await capture.startSession('demo-user');
  await capture.press('start-preview');
  await capture.is('error');
  await expectWords(capture, code, words);
  expect(await capture.cameraOn()).toBe(false);
  expect(await capture.isShown('start-preview')).toBe(true);
  expect(await capture.ask(() => document.querySelector('[data-testid=start-preview]:enabled') !== null)).toBe(true);
}
