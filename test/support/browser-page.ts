import type { CaptureClientMessage, CaptureServerMessage } from '@a3cp/capture-protocol';
import type { BrowserContext, Locator, Page } from 'playwright-core';
import { CaptureWords, frameTimes, type TestId, watch } from './capture-words.js';
import { ChromiumPage } from './chromium-driver.js';

/** The capture page in Chromium, and all it does that nobody is to see. */
export class CapturePage extends CaptureWords {
  /** What the page told the gateway, oldest first. */
  readonly sent: CaptureClientMessage[] = [];
  /** The pictures it sent, oldest first. */
  readonly jpegs: Buffer[] = [];
  /** What the gateway told the page, oldest first. */
  readonly heard: CaptureServerMessage[] = [];

  private constructor(
    readonly page: Page,
    origin: string,
  ) {
    super(new ChromiumPage(page, origin));
    page.on('websocket', (socket) => {
      socket.on('framesent', ({ payload }) => {
        if (typeof payload === 'string') this.sent.push(JSON.parse(payload) as CaptureClientMessage);
        else this.jpegs.push(payload);
      });
      socket.on('framereceived', ({ payload }) => {
        this.heard.push(JSON.parse(payload.toString()) as CaptureServerMessage);
      });
    });
  }

  /** A page of its own in the context, at `path` of the origin. */
  static async open(context: BrowserContext, origin: string, path = '/'): Promise<CapturePage> {
    const page = await context.newPage();
    const capture = new CapturePage(page, origin);
    await page.addInitScript(watch);
    await page.goto(new URL(path, origin).href);
    return capture;
  }

  /** What the browser complained of: errors on the console, errors nobody caught, requests to another origin. */
  get complaints(): readonly string[] {
    return this.driven.complaints;
  }

  by(id: TestId): Locator {
    return this.page.getByTestId(id);
  }

  /** The capture_id of the last capture the page opened, empty if there was none. */
  get capture_id(): string {
    return this.sent.findLast(({ event }) => event === 'capture.open')?.capture_id ?? '';
  }

  /** When each frame of the page's only capture was taken, as the page says, in milliseconds since the start. */
  get frame_times(): number[] {
    return frameTimes(this.sent);
  }
}
