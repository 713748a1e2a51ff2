import { execFileSync } from 'node:child_process';
import { readFile, writeFile } from 'node:fs/promises';
import { availableParallelism } from 'node:os';
import { resolve } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { parseArgs } from 'node:util';
import { measureAll } from './measurements.js';
import { type Beside, performancePage } from './performance-page.js';
import { measureQuick, quickReport, quickSubjects } from './quick.js';
import { ratioPlot } from './ratio-plot.js';

const USAGE = `Usage: npm run bench -- [options]

Measures what a frame costs, and writes docs/performance.md and docs/performance.svg. It runs on the Node.js that runs it.

  --quick          under two minutes: two loads, and a last line with the multiples of the bare server; writes nothing
  --against DIR    with --quick: measures the gateways of another checkout, which is built, in the same rounds
  --beside FILE    another Node.js (its program), for a table of its own
  --help           this page
`;

const { values } = parseArgs({
  options: {
    quick: { type: 'boolean', default: false },
    against: { type: 'string' },
    beside: { type: 'string' },
    help: { type: 'boolean', default: false },
  },
});

async function quick(): Promise<void> {
  const { against } = values;
  const there = against === undefined ? null : pathToFileURL(`${resolve(against)}/tools/bench/dist/`);
  console.log(`Node.js ${process.version}`);
  console.log(quickReport(await measureQuick(quickSubjects(there))));
}

async function measureBeside(node: string): Promise<Beside> {
  const subjects = quickSubjects().map((subject) => ({ ...subject, node }));
  const version = execFileSync(node, ['--version'], { encoding: 'utf8' }).trim();
  return { node: version, figures: await measureQuick(subjects) };
}

async function full(): Promise<void> {
  const { beside } = values;
  const begun = performance.now();
  const measurements = await measureAll((what) => console.log(what));
  const other = beside === undefined ? null : await measureBeside(beside);
  const docs = fileURLToPath(new URL('../../../docs/', import.meta.url));
  await writeFile(`${docs}performance.svg`, ratioPlot(measurements));
  const machine = { processors: availableParallelism(), node: process.version };
  const before = await readFile(`${docs}performance.md`, 'utf8');
  const page = await performancePage(measurements, machine, other, before);
  await writeFile(`${docs}performance.md`, page);
  console.log(page);
  console.log(
    `docs/performance.md and docs/performance.svg, after ${((performance.now() - begun) / 1000).toFixed(0)} s`,
  );
}

if (values.help) console.log(USAGE);
else await (values.quick ? quick() : full());
