import puppeteer, { type Page } from 'puppeteer-core';
import type { BrowserSetup, DrivenBrowser, DrivenPage } from './driven-page.js';

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

  async screenshot(path: `${string}.png`): Promise<void> {
    await this.page.screenshot({ path });
  }
}

/** Debian's Firefox, driven by Puppeteer over WebDriver BiDi. Its fake camera shows a changing colour. */
export async function launchFirefox({ camera = 'shown' }: BrowserSetup): Promise<DrivenBrowser> {
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
    },
  });
  return {
    open: async (url, scripts) => {
      const page = await browser.newPage();
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
