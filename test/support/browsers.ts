import { launchChromium } from './chromium-driver.js';
import type { BrowserSetup, DrivenBrowser } from './driven-page.js';
import { launchFirefox } from './firefox-driver.js';

/** The browsers that specs drive, with their launchers. */
export const BROWSERS: readonly [name: string, launch: (setup: BrowserSetup) => Promise<DrivenBrowser>][] = [
  ['Chromium', launchChromium],
  ['Firefox', launchFirefox],
];
