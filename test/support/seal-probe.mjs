import { spawnSync } from 'node:child_process';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import inspector from 'node:inspector';
import process from 'node:process';
import v8 from 'node:v8';
import { Worker } from 'node:worker_threads';

/**
 * Loaded into a program before it starts: tries what a gateway must not be able to do, and says on a line of its own what
 * came of each, the code of the error or `done`. `PROBE_DIRECTORY` is where it may write if it can.
 */
const directory = process.env.PROBE_DIRECTORY;

async function attempt(what) {
  try {
    await what();
    return 'done';
  } catch (error) {
    return error.code ?? String(error);
  }
}

const ATTEMPTS = {
  'write a file': () => writeFileSync(`${directory}/a`, 'a frame'),
  'write a file later': () => writeFile(`${directory}/b`, 'a frame'),
  'make a directory': () => mkdirSync(`${directory}/c`),
  'read a file of the system': () => readFileSync('/etc/hostname'),
  'start a program': () => {
    const { error } = spawnSync(process.execPath, ['--version']);
    if (error) throw error;
  },
  'start a thread': () => new Worker('', { eval: true }).terminate(),
  'write a heap snapshot': () => v8.writeHeapSnapshot(`${directory}/d`),
  'write a report': () => process.report.writeReport(`${directory}/e`),
  'open the inspector': () => {
    inspector.open(0);
    inspector.close();
  },
};

// the same options reach npm and whatever else is started on the way
if (process.argv[1]?.endsWith('camera-feed/dist/service/main.js')) {
  const outcomes = {};
  for (const [name, what] of Object.entries(ATTEMPTS)) outcomes[name] = await attempt(what);
  process.stdout.write(`Probe ${process.pid} ${JSON.stringify(outcomes)}\n`);
}
