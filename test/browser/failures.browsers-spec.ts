import { describeFailures } from '../support/browser-failures.js';
import { launchChromium } from '../support/chromium-driver.js';
import { launchFirefox } from '../support/firefox-driver.js';

describeFailures('Chromium', launchChromium);
describeFailures('Firefox', launchFirefox, { falsifies: true });
