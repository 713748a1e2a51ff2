import { expect, it } from '@jest/globals';
import { fileURLToPath } from 'node:url';
import { runIn } from '../support/installed-program.js';

const ROOT = fileURLToPath(new URL('../../', import.meta.url));

/** The versions of Node.js that the package runs on; 20.19 is the oldest that loads ES modules by `require`. */
const VERSIONS = ['20.19', '22', '24', '26'];

/** Captures from start to end, a platform that imports the module, the client, a stop, the sealed service, and landmarks. */
const SPECS = ['dialogues', 'platform-imports', 'capture-client', 'shutdown', 'sealed', 'landmarks-for-real'].map(
  (name) => `test/${name}.e2e-spec.ts`,
);

it.each(VERSIONS)('Node.js %s passes a part of the e2e specs', async (version) => {
  const node = (...args: readonly string[]): Promise<string> =>
    runIn(ROOT, 'npm', 'exec', '--yes', `--package=node@${version}`, '--', 'node', ...args);
  expect(await node('--version')).toMatch(new RegExp(`^v${version}\\.`));

  const jest = ['--experimental-vm-modules', '--no-warnings', 'node_modules/jest/bin/jest.js'];
  const report = await node(...jest, '--selectProjects', 'e2e', '--json', '--runTestsByPath', ...SPECS);
  const { numPassedTests, numFailedTests } = JSON.parse(report) as { numPassedTests: number; numFailedTests: number };
  expect(numFailedTests).toBe(0);
  expect(numPassedTests).toBeGreaterThan(30);
});
