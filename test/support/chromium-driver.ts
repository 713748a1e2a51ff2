import type { Page } from 'playwright-core';
import { launchBrowser } from './browser.js';
import type { BrowserSetup, DrivenBrowser, DrivenPage, Key, WindowSize } from './driven-page.js';

/** A page that Playwright drives. */
export class ChromiumPage implements DrivenPage {
  readonly complaints: string[] = [];

  constructor(
    private readonly page: Page,
    origin: string,
  ) {
    // the timeout of the test covers every step
    page.setDefaultTimeout(0);
    const { host } = new URL(origin);
    const expectOwn = (url: string): void => {
      const { protocol, host: asked } = new URL(url);
      if (/^(http|ws)s?:$/.test(protocol) && asked !== host) this.complaints.push(`request to ${url}`);
    };
    page.on('request', (request) => expectOwn(request.url()));
    page.on('websocket', (socket) => expectOwn(socket.url()));
    page.on('console', (message) => {
      if (message.type() === 'error') this.complaints.push(`${message.text()} ${message.location().url}`);
    });
    page.on('pageerror', (error) => this.complaints.push(error.message));
  }

  evaluate<Value>(expression: string): Promise<Value> {
    return this.page.evaluate<Value>(expression);
  }

  async click(id: string): Promise<void> {
    await this.page.getByTestId(id).click();
  }

  async fill(id: string, text: string): Promise<void> {
    await this.page.getByTestId(id).fill(text);
  }

  async press(key: Key): Promise<void> {
    await this.page.keyboard.press(key);
  }

  async type(text: string): Promise<void> {
    await this.page.keyboard.type(text);
  }

  async resize(size: WindowSize): Promise<void> {
    await this.page.setViewportSize(size);
  }

  async screenshot(path: `${string}.png`): Promise<void> {
    await this.page.screenshot({ path });
  }
}

/** Debian's Chromium, driven by Playwright over its own protocol. */
export async function launchChromium({
  camera = 'shown',
  scheme = 'light',
  reduced_motion = false,
}: BrowserSetup): Promise<DrivenBrowser> {
  if (camera === 'falsified') throw new Error('Chromium never falsifies pictures');
  const browser = camera === 'shown' ? await launchBrowser() : await launchBrowser(null);
  const context = await browser.newContext({
    permissions: ['camera'],
    colorScheme: scheme,
    reducedMotion: reduced_motion ? 'reduce' : 'no-preference',
  });
  let page: Page | undefined;
  return {
    open: async (url, scripts) => {
      await page?.close();
      page = await context.newPage();
      for (const script of scripts) await page.addInitScript(script);
      const driven = new ChromiumPage(page, url);
      await page.goto(url);
      return driven;
    },
    close: () => browser.close(),
  };
}
