import { allExperiments, type Experiment, experimentsNamed } from './experiments.js';
import { play } from './laboratory.js';
import { type NetworksOptions, readOptions, USAGE } from './options.js';
import { brokenPromises } from './promises.js';
import { captureLine, tableHead, tableRow } from './table.js';

/** Throws an Error that says which option does not lead to any line. */
async function experimentsOf({ only, recordings, browser }: NetworksOptions): Promise<Experiment[]> {
  const all = await allExperiments(recordings, browser);
  const experiments = only === null ? all : experimentsNamed(all, only);
  if (experiments.length > 0) return experiments;
  throw new Error(
    `--only: no line has the name ${only ?? ''}; there are\n${all.map(({ name }) => `  ${name}`).join('\n')}`,
  );
}

async function run(browser: boolean, experiments: readonly Experiment[]): Promise<number> {
  const played = await play(experiments, browser, (capture) => console.log(captureLine(capture)));
  console.log(`\n${[tableHead(), ...experiments.map((one) => tableRow(one, played.get(one) ?? []))].join('\n')}\n`);
  const broken = experiments.flatMap((experiment) => brokenPromises(experiment, played.get(experiment) ?? []));
  console.log(broken.length === 0 ? 'Every promise was kept.' : broken.join('\n'));
  return broken.length === 0 ? 0 : 1;
}

try {
  const options = readOptions(process.argv.slice(2));
  if (options) process.exitCode = await run(options.browser, await experimentsOf(options));
  else console.log(USAGE);
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 2;
}
