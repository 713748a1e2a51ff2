import { afterAll, beforeAll, expect, it } from '@jest/globals';
import sharp from 'sharp';
import { sampleCamera } from '../support/browser-camera.js';
import { CapturePage } from '../support/browser-page.js';
import { hastenCountdown } from '../support/capture-words.js';
import { BrowserStack } from '../support/browser-stack.js';
import { launchBrowser } from '../support/browser.js';

let stack: BrowserStack;

beforeAll(async () => {
  stack = await BrowserStack.start({ LANDMARK_THREADS: '0' });
});

afterAll(() => stack.kill());

interface Size {
  readonly width: number;
  readonly height: number;
}

it.each<[what: string, camera: Size, sent: Size]>([
  ['a wide camera', { width: 1280, height: 720 }, { width: 640, height: 360 }],
  ['a camera on its side', { width: 720, height: 1280 }, { width: 360, height: 640 }],
  ['a small camera', { width: 320, height: 240 }, { width: 320, height: 240 }],
])('%s is sent in its own shape, within the limits', async (_, { width, height }, sent) => {
  const browser = await launchBrowser(sampleCamera(width, height));
  try {
    const context = await browser.newContext({ permissions: ['camera'] });
    await context.addInitScript(hastenCountdown);
    const capture = await CapturePage.open(context, stack.origin);
    await capture.preview();
    await capture.capture();
    await capture.delivered(5);
    await capture.by('stop-capture').click();
    await capture.is('done');

    expect(capture.sent[0]).toMatchObject({ event: 'capture.open', ...sent });
    const [jpeg] = capture.jpegs;
    expect(await sharp(jpeg).metadata()).toMatchObject({ format: 'jpeg', ...sent });
  } finally {
    await browser.close();
  }
});
