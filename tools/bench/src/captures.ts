import { readFrames } from '@a3cp/capture-cli';
import type { CaptureSummary } from '@a3cp/landmark-extractor';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import type { BlindResult } from './blind-clients.js';
import { CaptureSite, type Shape } from './capture-site.js';
import { median } from './statistics.js';

const USAGE = `Usage: npm run bench:captures -- [options]

Starts the services cold and plays captures of 15 s at 15 frames/s to them, all at the same time, from clients that send
whatever the network does. Each frame is a real one of 37 kB, and the extractors decode every frame.

  --captures N     how many (default 20)
  --shape NAME     nats: two gateways, a NATS server, two extractors (default); direct: one gateway, one extractor
  --seconds N      length of each (default 15)
  --help           this page

Exit code: 0 if every capture arrived whole or ended for want of room, 1 if not, 2 if the command line is wrong.
`;

const FPS = 15;

interface Options {
  readonly captures: number;
  readonly shape: Shape;
  readonly seconds: number;
}

function readOptions(): Options | null {
  const { values } = parseArgs({
    options: {
      captures: { type: 'string', default: '20' },
      shape: { type: 'string', default: 'nats' },
      seconds: { type: 'string', default: '15' },
      help: { type: 'boolean', default: false },
    },
  });
  const { shape, help } = values;
  if (help) return null;
  if (shape !== 'nats' && shape !== 'direct') throw new Error('--shape must be nats or direct');
  const [captures, seconds] = [Number(values.captures), Number(values.seconds)];
  if (!(Number.isInteger(captures) && captures > 0)) throw new Error('--captures must be a whole number of at least 1');
  if (!(seconds > 0 && seconds <= 15)) throw new Error('--seconds must be a number of at most 15');
  return { captures, shape, seconds };
}

/** Whether the extractor has everything that the client received a confirmation of. */
function isWhole({ delivered, sent }: BlindResult, frames: number, summary: CaptureSummary | null): boolean {
  const received = summary?.terminal?.event === 'capture.close' && summary.broken_count === 0 ? summary.last_seq : 0;
  return sent === frames && delivered === frames && received === frames && summary?.frame_count === frames;
}

async function run({ captures, shape, seconds }: Options): Promise<boolean> {
  const frames = Math.round(seconds * FPS);
  const jpegs = await readFrames(fileURLToPath(new URL('../../../assets/sample-capture.mjpeg', import.meta.url)));
  console.log(`${captures} captures of ${frames} frames, ${FPS} a second, ${shape}, started cold`);
  return CaptureSite.using(shape, async (site) => {
    const results = await site.play({ captures, frames, fps: FPS, jpegs });
    const outcomes = new Map<string, number>();
    let lost = 0;
    for (const result of results) {
      const { outcome, capture_id } = result;
      outcomes.set(outcome, (outcomes.get(outcome) ?? 0) + 1);
      if (outcome === 'completed' && !isWhole(result, frames, await site.summary(capture_id))) lost += 1;
    }
    const completed = results.filter(({ outcome }) => outcome === 'completed');
    const rates = completed.map(({ sending_s }) => frames / sending_s);
    console.table({
      ...Object.fromEntries([...outcomes].map(([outcome, count]) => [outcome, `${count} of ${captures}`])),
      'completed with a frame lost': lost,
      'frames/s of a completed capture, least': Math.min(...rates).toFixed(1),
      'frames/s of a completed capture, median': median(rates).toFixed(1),
    });
    const known = [...outcomes.keys()].every((outcome) =>
      ['completed', 'limit_forward_buffer_exceeded'].includes(outcome),
    );
    return known && lost === 0;
  });
}

function readOrRefuse(): Options | null {
  try {
    return readOptions();
  } catch (error) {
    console.error(error instanceof Error ? error.message : error);
    process.exit(2);
  }
}

const options = readOrRefuse();
if (options === null) console.log(USAGE);
else if (!(await run(options))) process.exitCode = 1;
