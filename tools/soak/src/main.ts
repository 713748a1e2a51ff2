import { readOptions, type SoakOptions, USAGE } from './options.js';
import { findings, report } from './report.js';
import { soak } from './soak.js';

/** What goes wrong once mostly goes wrong often. */
const MAX_LINES = 40;

async function run({ rate, seconds, seed }: SoakOptions): Promise<number> {
  console.log(`${rate} captures a minute for ${seconds} s, with --seed ${seed}`);
  const result = await soak({ rate, seconds, seed });
  console.table(report(result));
  const found = findings(result);
  for (const text of found.slice(0, MAX_LINES)) console.log(text);
  console.log(found.length === 0 ? 'Everything ended as it must.' : `${found.length} things are not as they must be.`);
  return found.length === 0 ? 0 : 1;
}

function readOrRefuse(): SoakOptions | null {
  try {
    return readOptions(process.argv.slice(2));
  } catch (error) {
    console.error(error instanceof Error ? error.message : error);
    process.exit(2);
  }
}

const options = readOrRefuse();
if (options) process.exitCode = await run(options);
else console.log(USAGE);
