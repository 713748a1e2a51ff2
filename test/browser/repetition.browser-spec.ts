import { expect, it } from '@jest/globals';
import type { CapturePage } from '../support/browser-page.js';
import type { TestId } from '../support/capture-words.js';
import { pageTests } from '../support/page-tests.js';

const LARGE: TestId[] = ['start-session', 'start-preview', 'start-capture', 'stop-capture'];

/** Pictures of more than a second, which is the shortest recording that is of use. */
const ENOUGH = 20;

const tests = pageTests();

/** The boxes of all large buttons there have been, each with the states in which it was there. */
class LargeButton {
  readonly boxes = new Map<string, string[]>();

  constructor(private readonly capture: CapturePage) {}

  /** Looks at the large button of this state, which must be the only one. */
  async look(state: string): Promise<void> {
    const boxes = await Promise.all(LARGE.map((id) => this.capture.by(id).boundingBox()));
    const there = boxes.filter((box) => box !== null);
    expect({ state, there }).toEqual({ state, there: [expect.anything()] });
    const box = JSON.stringify(there[0]);
    this.boxes.set(box, [...(this.boxes.get(box) ?? []), state]);
  }
}

/** The signs of the strip: a number, and whether the recording is good. */
function strip(capture: CapturePage): Promise<string[]> {
  return capture.by('recording').allInnerTexts();
}

/** A page in a window of this size, whose camera is on, with a word. */
async function openWithWord(size: { width: number; height: number }): Promise<CapturePage> {
  const capture = await tests.open();
  await capture.page.setViewportSize(size);
  await capture.preview('mia');
  await capture.by('intent').fill('drink');
  await capture.by('start-capture').focus();
  return capture;
}

it.each([
  { width: 375, height: 667 },
  { width: 568, height: 320 },
  { width: 820, height: 1180 },
  { width: 1366, height: 768 },
])('the large button has one place at %j, whatever the state', async (size) => {
  const capture = await tests.open();
  await capture.page.setViewportSize(size);
  const large = new LargeButton(capture);
  await large.look('signed out');
  await capture.startSession('mia');
  await large.look('session');
  await capture.by('start-preview').click();
  await capture.is('previewing');
  await large.look('previewing');
  await capture.by('intent').fill('drink');
  await capture.by('start-capture').click();
  await capture.by('stop-capture').waitFor();
  await large.look('counting');
  await capture.is('capturing');
  await large.look('capturing');
  await capture.delivered(5);
  await capture.by('stop-capture').click();
  await capture.is('done');
  await large.look('done');
  await capture.by('details').locator('summary').click();
  await capture.by('series').locator('summary').click();
  await large.look('all details open');
  await capture.by('series').locator('summary').click();
  await capture.by('stop-preview').click();
  await large.look('done, camera off');
  await capture.by('start-preview').click();
  await capture.is('previewing');
  await tests.stack.endSession({ user_id: 'mia', session_id: await capture.text('session-id') });
  await capture.by('start-capture').click();
  await capture.is('aborted');
  await large.look('aborted');
  await capture.by('user-id').fill('Mia');
  await capture.by('start-session').click();
  await capture.by('other-person').waitFor();
  await large.look('asking for the name');
  expect([...large.boxes.values()]).toHaveLength(1);
  expect(capture.complaints).toEqual([]);
});

it('ten recordings of a word need one key each to start and to stop, and none is lost', async () => {
  const capture = await openWithWord({ width: 375, height: 667 });
  const large = new LargeButton(capture);
  for (let nth = 1; nth <= 10; nth++) {
    // the focus stays on the button
    await capture.page.keyboard.press('Space');
    await capture.is('capturing');
    await capture.delivered(ENOUGH);
    await capture.page.keyboard.press('Space');
    await capture.is('done');
    await large.look(`recording ${nth}`);
  }
  expect(await strip(capture)).toEqual(Array.from({ length: 10 }, (_, index) => `${index + 1} ✓`));
  expect([...large.boxes.values()]).toHaveLength(1);
  const ids = capture.sent.flatMap((message) => (message.event === 'capture.open' ? [message.capture_id] : []));
  expect(new Set(ids).size).toBe(10);
  for (const id of ids) {
    expect(await tests.stack.ended(id)).toMatchObject({ terminal: { event: 'capture.close', error_code: null } });
  }
  await capture.show('repetition ten');
  expect(capture.complaints).toEqual([]);
});

it('a series of ten starts, counts and stops by itself, and Escape stops the next one at once', async () => {
  const capture = await openWithWord({ width: 568, height: 320 });
  await capture.by('series').locator('summary').click();
  await capture.by('series-times').fill('10');
  await capture.by('series-length').fill('2');
  await capture.by('series-pause').fill('1');
  await capture.by('start-capture').filter({ hasText: 'Record 10 times' }).click();
  await capture.is('done');
  expect(await strip(capture)).toEqual(Array.from({ length: 10 }, (_, index) => `${index + 1} ✓`));

  await capture.by('start-capture').click();
  await capture.is('capturing');
  await capture.page.keyboard.press('Escape');
  await capture.is('done');
  expect(await strip(capture)).toHaveLength(11);
  expect(capture.complaints).toEqual([]);
});

it('a recording can be looked at again and discarded, and the extractor forgets it', async () => {
  const capture = await tests.open();
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
  const statuses = ids.map(
    async (id) => (await fetch(`${tests.stack.origin}/landmark_extractor/captures/${id}`)).status,
  );
  expect(await Promise.all(statuses)).toEqual([404, 200]);
});

it('the word of one person is not kept for the next, and a name that resembles one is asked about', async () => {
  const capture = await tests.open();
  await capture.preview('mia');
  await capture.by('intent').fill('drink');
  await capture.by('end-session').click();
  await capture.by('user-id').fill('Mia');
  await capture.by('start-session').click();
  await capture.by('other-person').waitFor();
  expect(await capture.page.getByRole('status').first().innerText()).toMatch(/Is this the same person/);
  await capture.by('start-session').filter({ hasText: 'Yes' }).click();
  await capture.by('session-id').filter({ hasText: /\S/ }).waitFor();
  expect(await capture.page.locator('#session-user').innerText()).toBe('mia');
  await capture.by('start-preview').click();
  await capture.is('previewing');
  expect(await capture.by('intent').inputValue()).toBe('');
});
