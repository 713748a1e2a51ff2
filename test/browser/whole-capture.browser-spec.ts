import { afterAll, beforeAll, expect, it, jest } from '@jest/globals';
import type { Browser } from 'playwright-core';
import { CapturePage } from '../support/browser-page.js';
import { BrowserStack } from '../support/browser-stack.js';
import { launchBrowser } from '../support/browser.js';

jest.setTimeout(90_000);

let stack: BrowserStack;
let browser: Browser;

beforeAll(async () => {
  [stack, browser] = await Promise.all([BrowserStack.start(), launchBrowser()]);
});

afterAll(async () => {
  await browser.close();
  await stack.kill();
});

/** Where the sample's face is in all its pictures, as fractions of the picture. */
const FACE = { left: 0.25, right: 0.55, top: 0.05, bottom: 0.5 };

/** A face that is drawn has at least so many coloured points, of some 28,000 in its place. */
const FACE_POINTS = 1_000;

/** How many points of the overlay are coloured in the face's place, and how many in the whole picture. */
function coloured(capture: CapturePage): Promise<{ face: number; all: number }> {
  return capture.by('overlay').evaluate((element, { left, right, top, bottom }) => {
    const { width, height } = element as HTMLCanvasElement;
    const context = (element as HTMLCanvasElement).getContext('2d');
    const count = (x: number, y: number, w: number, h: number): number => {
      const { data } = context?.getImageData(x * width, y * height, w * width, h * height) ?? { data: [] };
      let points = 0;
      for (let alpha = 3; alpha < data.length; alpha += 4) if (data[alpha] !== 0) points += 1;
      return points;
    };
    return { face: count(left, top, right - left, bottom - top), all: count(0, 0, 1, 1) };
  }, FACE);
}

it('a whole capture: landmarks follow the person, and the result is what the extractor received', async () => {
  const context = await browser.newContext({ permissions: ['camera'] });
  const capture = await CapturePage.open(context, stack.origin);
  await capture.is('idle');
  await capture.preview();
  expect(await coloured(capture)).toEqual({ face: 0, all: 0 });

  await capture.capture();
  await capture.delivered(30);
  let drawn = await coloured(capture);
  while (drawn.face < FACE_POINTS) {
    drawn = await coloured(capture);
    expect(await capture.text('status')).toBe('capturing');
  }

  await capture.is('done');
  const { frame_count, byte_count, terminal } = await stack.ended(capture.capture_id);
  expect(await capture.statuses()).toEqual(['idle', 'previewing', 'capturing', 'closing', 'done']);
  expect(terminal).toMatchObject({ event: 'capture.close', error_code: null });
  expect(capture.heard.at(-1)).toMatchObject({ event: 'capture.closed', frame_count, byte_count });
  expect(await capture.text('frames-delivered')).toBe(String(frame_count));
  expect(capture.complaints).toEqual([]);
});
