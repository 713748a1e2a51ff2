// Says in one line which tests did not run, and how to run them. `node test/left-out.mjs all` is for `npm run test:all`: it
// fails if a program was missing, or the registry of npm.
import console from 'node:console';
import process from 'node:process';
import { isRegistryReachable, missingPackages, PROGRAMS } from './programs.mjs';

const install = missingPackages().length > 0 ? `apt-get install ${missingPackages().join(' ')}` : null;
if (process.argv[2] !== 'all') {
  const programs = [...new Set(Object.values(PROGRAMS).flatMap(Object.keys))];
  const command = [install, 'npm run test:all'].filter(Boolean).join(' && ');
  console.log(
    `Left out: tests under load, and tests that need ${programs.join(', ')} or the npm registry. To run them too: ${command}`,
  );
} else if (install) {
  console.error(`Left out: the tests whose programs are not installed. To run them too: ${install}`);
  process.exitCode = 1;
} else if (!isRegistryReachable()) {
  console.error(
    'Left out: the tests that install packages, because npm does not reach its registry; `npm ping` says why',
  );
  process.exitCode = 1;
}
