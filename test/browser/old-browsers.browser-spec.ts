import { describe, expect, it } from '@jest/globals';
import { pageTests } from '../support/page-tests.js';

const tests = pageTests();

/** Runs in a page before its own scripts: what each browser of docs/integration/client.md, "Browsers", lacks of today's Chromium. */
const LACKS: [browser: string, remove: () => void][] = [
  [
    'Safari 15.4',
    () => {
      for (const name of ['MediaStreamTrackProcessor', 'OffscreenCanvas']) Reflect.deleteProperty(window, name);
      for (const name of ['timeout', 'any']) Reflect.deleteProperty(AbortSignal, name);
      for (const name of ['withResolvers', 'try']) Reflect.deleteProperty(Promise, name);
      for (const name of ['toSorted', 'toReversed', 'toSpliced', 'with']) Reflect.deleteProperty(Array.prototype, name);
      Reflect.deleteProperty(Element.prototype, 'checkVisibility');
      Reflect.deleteProperty(URL, 'canParse');
    },
  ],
  [
    'Firefox 115',
    () => {
      Reflect.deleteProperty(window, 'MediaStreamTrackProcessor');
      Reflect.deleteProperty(HTMLVideoElement.prototype, 'requestVideoFrameCallback');
      for (const name of ['withResolvers', 'try']) Reflect.deleteProperty(Promise, name);
      Reflect.deleteProperty(AbortSignal, 'any');
    },
  ],
  [
    'WebKitGTK 2.50, which never calls back for a picture',
    () => {
      Reflect.deleteProperty(window, 'MediaStreamTrackProcessor');
      HTMLVideoElement.prototype.requestVideoFrameCallback = () => 1;
    },
  ],
];

describe.each(LACKS)('%s', (_browser, remove) => {
  it('makes a whole capture, and leaves nothing in the document', async () => {
    await tests.context.addInitScript(remove);
    const capture = await tests.open();
    await capture.preview();
    await capture.capture();
    await capture.delivered(15);
    await capture.by('stop-capture').click();
    await capture.is('done');

    expect(await tests.stack.ended(capture.capture_id)).toMatchObject({ terminal: { event: 'capture.close' } });
    const times = capture.frame_times;
    expect(times).toEqual([...new Set(times)].sort((a, b) => a - b));
    expect(await capture.page.locator('video').count()).toBe(1);
    expect(capture.complaints).toEqual([]);
  });
});

describe('a browser that is too old says so', () => {
  async function expectTooOld(): Promise<void> {
    const { page } = await tests.open();
    const words = page.getByRole('alert');
    await words.waitFor();
    expect(await words.innerText()).toMatch(/too old.*current Chrome, Edge, Firefox or Safari/s);
    expect(await page.getByRole('button').count()).toBe(0);
  }

  it('where it does not understand the page’s program', async () => {
    await tests.context.route('**/*.js', async (route) => {
      if (!route.request().url().includes('/assets/')) await route.continue();
      else await route.fulfill({ contentType: 'text/javascript', body: 'a syntax of tomorrow' });
    });
    await expectTooOld();
  });

  it('where it lacks what the program calls', async () => {
    await tests.context.addInitScript(() => Reflect.deleteProperty(AbortSignal.prototype, 'throwIfAborted'));
    await expectTooOld();
  });
});
