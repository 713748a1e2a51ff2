import { CAPTURE_PATHS, CAPTURE_SUBPROTOCOL } from '@a3cp/capture-protocol';
import { CaptureSocketClient, terminateClients } from '@a3cp/testing';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { Network } from '../../tools/networks/src/network.js';
import { CapturePage } from '../support/browser-page.js';
import { BrowserStack } from '../support/browser-stack.js';
import { pageTests } from '../support/page-tests.js';

const USER = 'demo-user';

const tests = pageTests();
let network: Network;

beforeAll(async () => {
  network = await Network.to(tests.stack.port);
});

beforeEach(() => network.mend());

afterEach(() => {
  tests.stack.thaw();
  network.release();
  terminateClients();
});

afterAll(() => network.stop());

/** A page with a session, before whose camera somebody is. */
async function previewing(): Promise<CapturePage> {
  const capture = await CapturePage.open(tests.context, network.origin);
  await capture.preview(USER);
  return capture;
}

/** A page whose capture has delivered its first frames. */
async function capturing(): Promise<CapturePage> {
  const capture = await previewing();
  await capture.capture();
  await capture.delivered(5);
  return capture;
}

/** The page says in words what went wrong, and the code beside it, to eyes and to a screen reader. */
async function expectWords(capture: CapturePage, code: string, words: RegExp): Promise<void> {
  expect(await capture.text('error-code')).toBe(code);
  expect(await capture.text('error-text')).toMatch(words);
  await capture.page.locator('[role=status], [role=alert]').filter({ hasText: words }).waitFor();
}

/** The next capture is delivered: the large button works, and so does what it starts. */
async function expectNextCapture(capture: CapturePage): Promise<void> {
  const previous = capture.capture_id;
  await capture.capture();
  await capture.delivered(5);
  await capture.by('stop-capture').click();
  await capture.is('done');
  expect(capture.capture_id).not.toBe(previous);
  expect(await tests.stack.ended(capture.capture_id)).toMatchObject({ terminal: { event: 'capture.close' } });
  expect(await capture.by('error-text').isVisible()).toBe(false);
}

describe('the camera', () => {
  it('is refused, then allowed', async () => {
    await tests.context.clearPermissions();
    const capture = await CapturePage.open(tests.context, network.origin);
    await capture.startSession(USER);
    await capture.by('start-preview').click();
    await capture.is('error');
    await expectWords(capture, 'camera_refused', /allow/);

    await tests.context.grantPermissions(['camera']);
    await capture.by('start-preview').click();
    await capture.is('previewing');
    await expectNextCapture(capture);
  });

  it('is not to be had on a page that is not secure, and that is said first', async () => {
    const insecure = 'http://care.example';
    await tests.context.route(`${insecure}/**`, async (route) => {
      const url = route.request().url().replace(insecure, network.origin);
      await route.fulfill({ response: await route.fetch({ url }) });
    });
    const capture = await CapturePage.open(tests.context, insecure);
    await capture.by('user-id').fill(USER);
    await capture.by('start-session').click();
    await capture.is('error');
    await expectWords(capture, 'camera_insecure', /begins with https/);
  });

  it('is falsified by the browser, then allowed', async () => {
    await tests.context.addInitScript(() => {
      Reflect.deleteProperty(window, 'MediaStreamTrackProcessor');
      const { toBlob } = HTMLCanvasElement.prototype;
      HTMLCanvasElement.prototype.toBlob = function (...args) {
        const noise = document.createElement('canvas');
        toBlob.apply('canvasAllowed' in window ? this : noise, args);
      };
    });
    const capture = await CapturePage.open(tests.context, network.origin);
    await capture.startSession(USER);
    await capture.by('start-preview').click();
    await capture.is('error');
    await expectWords(capture, 'camera_falsified', /allow .*canvas image data/);
    expect(await capture.cameraOn()).toBe(false);

    await capture.page.evaluate(() => Object.assign(window, { canvasAllowed: true }));
    await capture.by('start-preview').click();
    await capture.is('previewing');
    await expectNextCapture(capture);
  });

  it('is taken away before the capture, and given back', async () => {
    const capture = await previewing();
    await tests.context.clearPermissions();
    await capture.is('error');
    await expectWords(capture, 'camera_lost', /camera/);

    await tests.context.grantPermissions(['camera']);
    await capture.by('start-preview').click();
    await capture.is('previewing');
    await expectNextCapture(capture);
  });

  it('is taken away during the capture, and given back', async () => {
    const capture = await capturing();
    await tests.context.clearPermissions();
    await capture.is('error');
    await expectWords(capture, 'camera_lost', /taken away/);
    expect(await capture.cameraOn()).toBe(false);
    expect(await tests.stack.ended(capture.capture_id)).toMatchObject({ terminal: { event: 'capture.abort' } });

    await tests.context.grantPermissions(['camera']);
    await capture.by('start-preview').click();
    await capture.is('previewing');
    await expectNextCapture(capture);
  });
});

describe('the network', () => {
  it('is lost before the capture, and comes back', async () => {
    const capture = await previewing();
    network.cut();
    await capture.by('start-capture').click();
    await capture.is('error');
    await expectWords(capture, 'server_unreachable', /online/);

    network.mend();
    await expectNextCapture(capture);
  });

  it('is lost before the session, and comes back', async () => {
    const capture = await CapturePage.open(tests.context, network.origin);
    network.cut();
    await capture.by('user-id').fill(USER);
    await capture.by('start-session').click();
    await capture.is('error');
    await expectWords(capture, 'server_unreachable', /online/);

    network.mend();
    await capture.preview(USER);
    await expectNextCapture(capture);
  });
});

describe('the server', () => {
  it('answers nothing any more during the capture, then is itself again', async () => {
    const capture = await capturing();
    tests.stack.freeze();
    await capture.is('error');
    // the capture's time can be up before the client gives up
    const code = await capture.text('error-code');
    expect(['connection_lost', 'server_silent']).toContain(code);
    await expectWords(capture, code, /connection was lost|network was too slow/);

    tests.stack.thaw();
    await expectNextCapture(capture);
  });

  it('never says that the capture has arrived, then is itself again', async () => {
    const capture = await capturing();
    tests.stack.freeze();
    // pictures are on the way, which makes it a matter of the network
    await capture.page
      .getByText(/Waiting for the network/)
      .first()
      .waitFor();
    await capture.by('stop-capture').click();
    await capture.is('error');
    await expectWords(capture, 'server_silent', /network was too slow/);

    tests.stack.thaw();
    await expectNextCapture(capture);
  });

  it('is gone, and its successor knows no session', async () => {
    const capture = await capturing();
    await tests.stack.kill();
    await capture.is('error');
    await expectWords(capture, 'connection_lost', /connection was lost/);

    tests.stack = await BrowserStack.start({ LANDMARK_THREADS: '0', PORT: tests.stack.port });
    await capture.by('start-capture').click();
    await capture.is('aborted');
    await expectWords(capture, 'session_invalid', /new session/);

    await capture.preview(USER);
    await expectNextCapture(capture);
  });
});

describe('the session', () => {
  async function end(capture: CapturePage): Promise<void> {
    await tests.stack.endSession({ user_id: USER, session_id: await capture.text('session-id') });
  }

  it('is ended by somebody else during the capture', async () => {
    const capture = await capturing();
    await end(capture);
    await capture.is('aborted');
    await expectWords(capture, 'session_closed', /new session/);

    await capture.preview(USER);
    await expectNextCapture(capture);
  });

  it('is ended by somebody else before the capture', async () => {
    const capture = await previewing();
    await end(capture);
    await capture.by('start-capture').click();
    await capture.is('aborted');
    await expectWords(capture, 'session_closed', /new session/);

    await capture.preview(USER);
    await expectNextCapture(capture);
  });

  it('is the same person’s whatever blanks a keyboard adds to the name', async () => {
    const capture = await CapturePage.open(tests.context, network.origin);
    await capture.startSession(USER);
    const session_id = await capture.text('session-id');
    await capture.page.reload();
    await capture.startSession(` ${USER} `);
    expect(await capture.text('session-id')).toBe(session_id);
  });

  it('is ended on the page, and the camera goes off', async () => {
    const capture = await previewing();
    expect(await capture.cameraOn()).toBe(true);
    await capture.by('end-session').click();
    await capture.is('idle');
    expect(await capture.cameraOn()).toBe(false);
    expect(await capture.by('user-id').isVisible()).toBe(true);
  });
});

describe('the limits', () => {
  it('let no more captures of this person in, then do again', async () => {
    const capture = await previewing();
    const session_id = await capture.text('session-id');
    network.holdWebSockets();
    const connecting = capture.page.waitForEvent('websocket');
    await capture.by('start-capture').click();
    await connecting;
    const url = tests.stack.origin.replace('http', 'ws') + CAPTURE_PATHS[0];
    for (let full = false, others = 0; !full; others++) {
      const client = await CaptureSocketClient.connect(url, [CAPTURE_SUBPROTOCOL]);
      client.open({ user_id: USER, session_id, capture_id: `other-${others}` });
      full = await Promise.race([client.heard('capture.opened').then(() => false), client.closed.then(() => true)]);
    }
    network.release();
    await capture.is('aborted');
    await expectWords(capture, 'limit_concurrent_captures_exceeded', /wait a little/);

    terminateClients();
    await expectNextCapture(capture);
  });
});
