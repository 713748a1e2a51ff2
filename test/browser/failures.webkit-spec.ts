import { describeFailures } from '../support/browser-failures.js';
import { launchWebKit } from '../support/webkit-driver.js';

describeFailures('WebKit', launchWebKit);
