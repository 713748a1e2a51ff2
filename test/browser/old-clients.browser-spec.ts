import { startSession } from '@a3cp/capture-cli';
import { CAPTURE_PATHS } from '@a3cp/capture-protocol';
import { closeMessage, metaMessage, openMessage } from '@a3cp/testing';
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { randomUUID } from 'node:crypto';
import type { Browser } from 'playwright-core';
import { BrowserStack } from '../support/browser-stack.js';
import { launchBrowser } from '../support/browser.js';
import { quote } from '../support/protocol.js';

const FRAMES = 10;

let stack: BrowserStack;
let browser: Browser;

beforeAll(async () => {
  [stack, browser] = await Promise.all([BrowserStack.start(), launchBrowser()]);
});

afterAll(async () => {
  await browser.close();
  await stack.kill();
});

it(
  quote(
    'a client need not wait before it sends its first frame, and can close its WebSocket right after `capture.close`',
  ),
  async () => {
    const capture_id = randomUUID();
    const session = { user_id: 'u1', session_id: await startSession(stack.origin, 'u1') };
    const page = await browser.newPage();
    await page.goto(stack.origin);

    const bytes = await page.evaluate(
      async ({ path, open, meta, close, frames }) => {
        const canvas = document.createElement('canvas');
        [canvas.width, canvas.height] = [640, 480];
        canvas.getContext('2d')?.fillRect(100, 100, 200, 200);
        const jpeg = await new Promise<Blob | null>((resolve) => canvas.toBlob(resolve, 'image/jpeg'));
        if (jpeg === null) throw new Error('no JPEG');
        const socket = new WebSocket(path.replace('http', 'ws'));
        await new Promise((resolve, reject) => {
          socket.onopen = resolve;
          socket.onerror = reject;
        });
        const tell = (message: object): void =>
          socket.send(JSON.stringify({ ...message, record_id: crypto.randomUUID() }));
        tell(open);
        for (let seq = 1; seq <= frames; seq++) {
          tell({ ...meta, seq, byte_length: jpeg.size });
          socket.send(jpeg);
        }
        tell(close);
        socket.close();
        await new Promise((resolve) => (socket.onclose = resolve));
        return jpeg.size * frames;
      },
      {
        path: stack.origin + CAPTURE_PATHS[0],
        open: openMessage({ ...session, capture_id }),
        meta: metaMessage(1, 1, { capture_id }),
        close: closeMessage({ capture_id }),
        frames: FRAMES,
      },
    );

    expect(await stack.ended(capture_id)).toMatchObject({
      frame_count: FRAMES,
      last_seq: FRAMES,
      byte_count: bytes,
      terminal: { event: 'capture.close', error_code: null },
    });
  },
);
