import { writeFile } from 'node:fs/promises';
import { availableParallelism } from 'node:os';
import { fileURLToPath } from 'node:url';
import { measureAll } from './measurements.js';
import { performancePage } from './performance-page.js';
import { ratioPlot } from './ratio-plot.js';

const begun = performance.now();
const measurements = await measureAll((what) => console.log(what));
const docs = fileURLToPath(new URL('../../docs/', import.meta.url));
await writeFile(`${docs}performance.svg`, ratioPlot(measurements));
const page = await performancePage(measurements, { processors: availableParallelism(), node: process.version });
await writeFile(`${docs}performance.md`, page);
console.log(page);
console.log(`docs/performance.md and docs/performance.svg, after ${((performance.now() - begun) / 1000).toFixed(0)} s`);
