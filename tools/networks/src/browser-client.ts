import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Browser, chromium, type Page } from 'playwright-core';
import type { ClientVerdict, LaboratoryClient } from './client.js';
import type { Network } from './network.js';
import { Transcript } from './transcript.js';

const CHROMIUM = '/usr/bin/chromium';

/** The page in Chromium, with a fake camera; its captures are as long as the server lets them be. */
export class BrowserClient implements LaboratoryClient {
  readonly duration_ms = 15_000;

  private constructor(
    private readonly browser: Browser,
    private readonly directory: string,
  ) {}

  /** The camera shows these JPEG files, 15 a second. */
  static async launch(pictures: readonly Uint8Array[]): Promise<BrowserClient> {
    const directory = await mkdtemp(join(tmpdir(), 'laboratory-'));
    const file = join(directory, 'camera.mjpeg');
    // Chromium shows 30 pictures of a file a second
    await writeFile(file, Buffer.concat(pictures.flatMap((picture) => [picture, picture])));
    const browser = await chromium.launch({
      executablePath: CHROMIUM,
      args: [
        '--no-sandbox',
        '--disable-gpu',
        '--no-first-run',
        '--disable-background-networking',
        '--disable-component-update',
        '--use-fake-device-for-media-stream',
        `--use-file-for-fake-video-capture=${file}`,
      ],
    });
    return new BrowserClient(browser, directory);
  }

  async play(network: Network): Promise<ClientVerdict> {
    const context = await this.browser.newContext({ permissions: ['camera'] });
    try {
      const page = await context.newPage();
      page.setDefaultTimeout(60_000);
      await page.goto(network.origin);
      await page.getByTestId('user-id').fill('laboratory');
      await page.getByTestId('start-session').click();
      await page.getByTestId('start-preview').click();
      const [transcript] = await Promise.all([transcriptOf(page), page.getByTestId('start-capture').click()]);
      const status = page.getByTestId('status').filter({ hasText: /^\s*(done|aborted|error)\s*$/ });
      await status.waitFor();
      const verdict_ms = transcript.elapsed_ms;
      const completed = (await status.innerText()).trim() === 'done';
      const outcome = completed ? 'completed' : (await page.getByTestId('error-code').innerText()).trim();
      return { outcome, transcript, verdict_ms };
    } finally {
      await context.close();
    }
  }

  async close(): Promise<void> {
    await this.browser.close();
    await rm(this.directory, { recursive: true });
  }
}

/** Of the first WebSocket that the page opens. */
async function transcriptOf(page: Page): Promise<Transcript> {
  const socket = await page.waitForEvent('websocket');
  const transcript = new Transcript();
  socket.on('framesent', ({ payload }) => transcript.sent(payload));
  socket.on('framereceived', ({ payload }) => transcript.heard(payload.toString()));
  return transcript;
}
