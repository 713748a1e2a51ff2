import { afterEach, beforeEach, expect, it } from '@jest/globals';
import type { Browser } from 'playwright-core';
import { type CameraPictures, sampleCamera, signsCamera } from '../support/browser-camera.js';
import { CapturePage } from '../support/browser-page.js';
import { BrowserStack } from '../support/browser-stack.js';
import { launchBrowser } from '../support/browser.js';

let stack: BrowserStack;

let browser: Browser;

// of its own for each, which would wait for the landmarks of the one before
beforeEach(async () => {
  stack = await BrowserStack.start();
});

afterEach(async () => {
  await browser.close();
  await stack.kill();
});

/** The capture page before a camera that shows these pictures. */
async function openBefore(camera: Promise<CameraPictures>): Promise<CapturePage> {
  browser = await launchBrowser(camera);
  return CapturePage.open(await browser.newContext({ permissions: ['camera'] }), stack.origin);
}

/** Places in the sample capture's pictures, as fractions: where the face is in all of them, and where nobody is. */
const FACE = { left: 0.25, right: 0.55, top: 0.05, bottom: 0.5 };
const NOBODY = { left: 0.7, right: 1, top: 0, bottom: 0.3 };

/** A face that is drawn has at least so many coloured points, of some 41,000 in its place. */
const FACE_POINTS = 1_000;

/** How many points of the overlay are coloured there. */
function coloured(capture: CapturePage, place: typeof FACE): Promise<number> {
  return capture.by('overlay').evaluate((overlay, { left, right, top, bottom }) => {
    const { width, height } = overlay as HTMLCanvasElement;
    const context = (overlay as HTMLCanvasElement).getContext('2d');
    if (!context) throw new Error('the overlay is not drawn on in two dimensions');
    const [x, y] = [left * width, top * height];
    const { data } = context.getImageData(x, y, right * width - x, bottom * height - y);
    return data.filter((value, index) => index % 4 === 3 && value > 0).length;
  }, place);
}

it('a whole capture: landmarks follow the person, and the result is what the extractor received', async () => {
  const capture = await openBefore(sampleCamera());
  await capture.is('idle');
  await capture.preview();
  await capture.page.getByTestId('intent').fill('thirsty');
  expect(await coloured(capture, FACE)).toBe(0);
  await capture.capture();
  for (let frames = 1; (await coloured(capture, FACE)) < FACE_POINTS; frames++) await capture.delivered(frames);
  expect(await coloured(capture, NOBODY)).toBe(0);
  await capture.show('4 capturing with landmarks');
  await capture.is('done');

  const { frame_count, byte_count, terminal } = await stack.ended(capture.capture_id);
  expect(await capture.statuses()).toEqual(['idle', 'previewing', 'capturing', 'closing', 'done']);
  expect(terminal).toMatchObject({ event: 'capture.close', error_code: null });
  expect(capture.heard.at(-1)).toMatchObject({ event: 'capture.closed', frame_count, byte_count });
  expect(capture.sent[0]).toMatchObject({ event: 'capture.open', annotation: { intent: 'thirsty' } });
  expect(await capture.text('result')).toMatch(/“thirsty”/);
  await capture.by('details').locator('summary').click();
  expect(await capture.text('frames-delivered')).toBe(String(frame_count));
  expect(await capture.text('details')).toMatch(new RegExp(`${frame_count} pictures, confirmed`));
  expect(await coloured(capture, FACE)).toBe(0);
  expect(capture.complaints).toEqual([]);
});

it('the result shows how the hands moved', async () => {
  const capture = await openBefore(signsCamera());
  await capture.preview();
  await capture.capture();
  await capture.delivered(45);
  await capture.by('stop-capture').click();
  await capture.is('done');

  const plot = capture.by('result').locator('svg');
  await plot.waitFor();
  await capture.show('6 done with movement');
  const line = await plot.locator('path.left-hand').getAttribute('d');
  expect(line?.match(/L/g)?.length).toBeGreaterThan(10);
  const { frame_count } = await stack.ended(capture.capture_id);
  expect(await capture.text('result')).toMatch(new RegExp(`Left hand: in \\d+ of ${frame_count} pictures, fastest at`));
  expect(capture.complaints).toEqual([]);
});
