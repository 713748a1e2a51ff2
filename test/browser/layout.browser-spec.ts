import { beforeEach, describe, expect, it } from '@jest/globals';
import { overhang } from '../support/browser-accessibility.js';
import type { CapturePage } from '../support/browser-page.js';
import { launchBrowser } from '../support/browser.js';
import type { TestId } from '../support/capture-words.js';
import { drawCamera } from '../support/drawn-camera.js';
import { pageTests } from '../support/page-tests.js';

const USER = 'mia';

const tests = pageTests(() => launchBrowser(null));

beforeEach(() => tests.context.addInitScript(drawCamera));

/** The page in a window of this size. */
async function openAt(width: number, height: number): Promise<CapturePage> {
  const capture = await tests.open();
  await capture.page.setViewportSize({ width, height });
  return capture;
}

async function record(capture: CapturePage): Promise<void> {
  await capture.capture();
  await capture.delivered(5);
  await capture.by('stop-capture').click();
  await capture.is('done');
}

async function box(capture: CapturePage, selector: string): Promise<DOMRect> {
  return capture.ask(
    (selector) => (document.querySelector(selector)?.getBoundingClientRect() ?? new DOMRect()).toJSON() as DOMRect,
    selector,
  );
}

describe('on a phone of 375 x 667', () => {
  /** The controls that can be seen only by scrolling, or through the fade above the large button; a result may need it. */
  function belowTheFold(capture: CapturePage): Promise<string[]> {
    return capture.ask(() => {
      const fold = document.querySelector('.actions')?.getBoundingClientRect().top ?? 0;
      const fade = 16;
      return [...document.querySelectorAll('button, input, select, summary')]
        .filter((control) => control.checkVisibility() && !control.closest('#result, #details, .actions'))
        .filter((control) => control.getBoundingClientRect().bottom > fold - fade)
        .map(({ id, outerHTML }) => id || outerHTML);
    });
  }

  it.each(['en-GB', 'de-DE'])('nothing to do lies below the fold, in %s', async (locale) => {
    await tests.renew({ locale });
    await tests.context.addInitScript(drawCamera);
    const capture = await openAt(375, 667);
    const expectAllInView = async (state: string): Promise<void> => {
      await capture.show(`fold ${locale} ${state}`);
      expect({ state, below: await belowTheFold(capture) }).toEqual({ state, below: [] });
    };
    await expectAllInView('signed out');
    await capture.startSession(USER);
    await expectAllInView('session');
    await capture.by('start-preview').click();
    await capture.is('previewing');
    await capture.by('intent').fill('drink');
    await expectAllInView('previewing');
    await capture.ask(() => void Object.assign(window.drawn, { picture: 'black' }));
    await capture.by('picture-fault').filter({ hasText: /\S/ }).waitFor();
    await expectAllInView('covered');
    await capture.ask(() => void Object.assign(window.drawn, { picture: 'moving' }));
    for (let nth = 1; nth <= 3; nth++) await record(capture);
    await expectAllInView('done');
    await tests.stack.endSession({ user_id: USER, session_id: await capture.text('session-id') });
    await capture.by('start-capture').click();
    await capture.is('aborted');
    await expectAllInView('aborted');
    await capture.by('user-id').fill('Mia');
    await capture.by('start-session').click();
    await capture.by('other-person').waitFor();
    await expectAllInView('asking for the name');
  });
});

describe.each([
  [568, 320],
  [844, 390],
])('on a phone on its side, %i x %i', (width, height) => {
  it('the picture has the height, and the large button lies over it', async () => {
    const capture = await openAt(width, height);
    await capture.preview();
    const expectOverPicture = async (button: TestId): Promise<void> => {
      const [picture, large] = await Promise.all([box(capture, '#picture'), box(capture, `[data-testid=${button}]`)]);
      expect(picture.height).toBeGreaterThan(0.85 * height);
      expect(picture.bottom).toBeLessThanOrEqual(height);
      expect(large.left).toBeGreaterThanOrEqual(picture.left);
      expect(large.right).toBeLessThanOrEqual(picture.right);
      expect(large.top).toBeGreaterThanOrEqual(picture.top);
      expect(large.bottom).toBeLessThanOrEqual(picture.bottom);
    };
    await expectOverPicture('start-capture');
    await capture.capture();
    await expectOverPicture('stop-capture');
    await capture.delivered(5);
    await capture.by('stop-capture').click();
    await capture.is('done');
    await expectOverPicture('start-capture');
  });
});

it('the session’s UUID is in the details, and with the status for screen readers', async () => {
  const capture = await openAt(1366, 768);
  /** Whether the text of a control is what lies at its place in the window. */
  const isSeen = (selector: string) =>
    capture.ask((selector) => {
      const element = document.querySelector(selector);
      const { left, top, width, height } = element?.getBoundingClientRect() ?? new DOMRect();
      return document.elementFromPoint(left + width / 2, top + height / 2) === element;
    }, selector);
  await capture.preview();
  await record(capture);
  const uuid = await capture.text('session-id');
  expect(uuid).toMatch(/^[0-9a-f]{8}-/);
  expect(await isSeen('[data-testid=session-id]')).toBe(false);
  expect(await isSeen('[data-testid=status]')).toBe(false);
  await capture.by('details').locator('summary').click();
  const shown = capture.by('details').getByText(uuid);
  await shown.scrollIntoViewIfNeeded();
  expect(await shown.isVisible()).toBe(true);
});

describe('a phone that is turned', () => {
  async function turn(capture: CapturePage, width: number, height: number): Promise<void> {
    await capture.page.setViewportSize({ width, height });
    const portrait = height > width;
    await capture.ask((portrait) => {
      Object.assign(window.drawn, portrait ? { width: 480, height: 640 } : { width: 640, height: 480 });
    }, portrait);
    await capture.until((portrait) => {
      const aspect = Number(document.documentElement.style.getPropertyValue('--aspect'));
      return portrait ? aspect < 1 : aspect > 1;
    }, portrait);
  }

  /** Expects that all of the picture, and of the button over or under it, is in the window, and the shape is the camera's. */
  async function expectWhole(capture: CapturePage, aspect: number): Promise<void> {
    const size = capture.page.viewportSize();
    for (const selector of ['#picture', '[data-testid=start-capture]']) {
      const { top, left, bottom, right } = await box(capture, selector);
      expect(Math.min(top, left)).toBeGreaterThanOrEqual(0);
      expect(bottom).toBeLessThanOrEqual(size?.height ?? 0);
      expect(right).toBeLessThanOrEqual(size?.width ?? 0);
    }
    const picture = await box(capture, '#picture');
    expect(picture.width / picture.height).toBeCloseTo(aspect, 1);
    expect(await overhang(capture)).toBe(0);
  }

  it('during the preview and between recordings shows and sends the picture as it is held', async () => {
    const capture = await openAt(667, 375);
    await capture.preview();
    await expectWhole(capture, 4 / 3);
    await turn(capture, 375, 667);
    await expectWhole(capture, 3 / 4);
    await record(capture);
    await expectWhole(capture, 3 / 4);
    await turn(capture, 667, 375);
    await expectWhole(capture, 4 / 3);
    await record(capture);
    await expectWhole(capture, 4 / 3);

    const sizes = capture.sent.flatMap((message) =>
      message.event === 'capture.open' ? [`${message.width} x ${message.height}`] : [],
    );
    expect(sizes).toEqual(['480 x 640', '640 x 480']);
    const replay = capture.page.locator('#replay-picture');
    const shape = () => replay.evaluate((canvas) => Number.parseFloat((canvas as HTMLCanvasElement).style.aspectRatio));
    expect(await capture.by('recording').count()).toBe(2);
    expect(await shape()).toBeCloseTo(4 / 3);
    await capture.by('recording').first().click();
    expect(await shape()).toBeCloseTo(3 / 4);
    expect(capture.complaints).toEqual([]);
  });
});
