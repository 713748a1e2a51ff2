import puppeteer, { type Page } from 'puppeteer-core';
import type { BrowserSetup, DrivenBrowser, DrivenPage, Key, WindowSize } from './driven-page.js';

const FIREFOX = '/usr/bin/firefox-esr';

class FirefoxPage implements DrivenPage {
  readonly complaints: string[] = [];

  constructor(
    private readonly page: Page,
    origin: string,
  ) {
    // the timeout of the test covers every step
    page.setDefaultTimeout(0);
    const { host } = new URL(origin);
    page.on('request', (request) => {
      const { protocol, host: asked } = new URL(request.url());
      if (/^(http|ws)s?:$/.test(protocol) && asked !== host) this.complaints.push(`request to ${request.url()}`);
    });
    page.on('console', (message) => {
      if (message.type() === 'error') this.complaints.push(`${message.text()} ${message.location().url ?? ''}`);
    });
    page.on('pageerror', (error) => this.complaints.push(String(error)));
  }

  evaluate<Value>(expression: string): Promise<Value> {
    return this.page.evaluate(expression) as Promise<Value>;
  }

  async click(id: string): Promise<void> {
    await this.page.locator(selectorOf(id)).click();
  }

  async fill(id: string, text: string): Promise<void> {
    await this.page.locator(selectorOf(id)).fill(text);
  }

  async press(key: Key): Promise<void> {
    if (key !== 'Shift+Tab') return this.page.keyboard.press(key === 'Space' ? ' ' : key);
    await this.page.keyboard.down('Shift');
    await this.page.keyboard.press('Tab');
    await this.page.keyboard.up('Shift');
  }

  async type(text: string): Promise<void> {
    await this.page.keyboard.type(text);
  }

  async resize(size: WindowSize): Promise<void> {
    await this.page.setViewport(size);
  }

  async screenshot(path: `${string}.png`): Promise<void> {
    await this.page.screenshot({ path });
  }
}

/** Debian's Firefox, driven by Puppeteer over WebDriver BiDi. Its fake camera shows a changing colour. */
export async function launchFirefox({
  camera = 'shown',
  scheme = 'light',
  reduced_motion = false,
}: BrowserSetup): Promise<DrivenBrowser> {
  const browser = await puppeteer.launch({
    browser: 'firefox',
    executablePath: FIREFOX,
    defaultViewport: null,
    timeout: 0,
    protocolTimeout: 0,
    extraPrefsFirefox: {
      'media.navigator.permission.disabled': true,
      'media.navigator.streams.fake': camera !== 'missing',
      'privacy.resistFingerprinting': camera === 'falsified',
      'ui.systemUsesDarkTheme': scheme === 'dark' ? 1 : 0,
      'ui.prefersReducedMotion': reduced_motion ? 1 : 0,
    },
  });
  let page: Page | undefined;
  return {
    open: async (url, scripts) => {
      await page?.close();
      page = await browser.newPage();
      for (const script of scripts) await page.evaluateOnNewDocument(script);
      const driven = new FirefoxPage(page, url);
      await page.goto(url);
      return driven;
    },
    close: () => browser.close(),
  };
}

function selectorOf(id: string): string {
  return `[data-testid=${id}]`;
}
