import { type ChildProcess, fork, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { cpus } from 'node:os';
import type { LoadOrder, LoadReport } from './load.js';
import type { ServerOrder, ServerReport } from './measured-server.js';

const FRAME_BYTES = 30_000;
const ROUNDS = 5;
const SECONDS = 3;
const CAPTURES = [1, 50, 500];
const BUDGETS: Readonly<Record<number, number>> = { 1: 2.2, 50: 1.35 };

type Measured = Extract<ServerReport, { type: 'measured' }>;

/** Server and load each get a core of their own where the system lets us say so. */
const CAN_PIN = cpus().length > 1 && spawnSync('taskset', ['-c', '0', 'true']).status === 0;

function start(script: string, core: number): ChildProcess {
  const path = new URL(script, import.meta.url).pathname;
  if (!CAN_PIN) return fork(path);
  return fork(path, { execPath: 'taskset', execArgv: ['-c', String(core), process.execPath] });
}

async function report<T>(child: ChildProcess): Promise<T> {
  const [message] = (await once(child, 'message')) as [T];
  return message;
}

/** One server in a process of its own under one load in another. */
async function measure(
  script: string,
  load: Omit<LoadOrder, 'port' | 'frame_bytes'>,
): Promise<Measured & { readonly load: LoadReport }> {
  const server = start(script, 0);
  const listening = await report<Extract<ServerReport, { type: 'listening' }>>(server);
  const client = start('load.js', 1);
  const run = (order: Omit<LoadOrder, 'port' | 'frame_bytes'>): Promise<LoadReport> => {
    client.send({ ...order, port: listening.port, frame_bytes: FRAME_BYTES } satisfies LoadOrder);
    return report<LoadReport>(client);
  };
  // the compilers on both sides have settled before anything is counted
  await run({ captures: Math.min(load.captures, 50), fps: null, seconds: 1 });
  server.send('start' satisfies ServerOrder);
  const result = await run(load);
  server.send('stop' satisfies ServerOrder);
  const measured = await report<Measured>(server);
  server.disconnect();
  client.disconnect();
  await Promise.all([once(server, 'exit'), once(client, 'exit')]);
  return { ...measured, load: result };
}

function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.floor(sorted.length / 2)] ?? NaN;
}

const cpuPerFrame = (measured: Measured): number => measured.cpu_us / measured.frames;
const perSecond = (measured: Measured): number => measured.frames / measured.seconds;

console.log(`${FRAME_BYTES} byte frames, server on one core, ${ROUNDS} rounds of ${SECONDS} s each, medians`);
const ratios: Record<number, number> = {};
const rows: Record<string, object> = {};
let failed = 0;
for (const captures of CAPTURES) {
  const bare: Measured[] = [];
  const gateway: Measured[] = [];
  for (let round = 0; round < ROUNDS; round++) {
    // in turn, so that a slow minute of the machine hits both
    bare.push(await measure('bare-server.js', { captures, fps: null, seconds: SECONDS }));
    const measured = await measure('gateway-server.js', { captures, fps: null, seconds: SECONDS });
    failed += measured.load.failed;
    gateway.push(measured);
  }
  const ratio = median(gateway.map((measured, round) => cpuPerFrame(measured) / cpuPerFrame(bare[round] as Measured)));
  ratios[captures] = ratio;
  rows[`${captures} captures`] = {
    'bare frames/s': Math.round(median(bare.map(perSecond))),
    'gateway frames/s': Math.round(median(gateway.map(perSecond))),
    'bare us/frame': median(bare.map(cpuPerFrame)).toFixed(1),
    'gateway us/frame': median(gateway.map(cpuPerFrame)).toFixed(1),
    ratio: ratio.toFixed(2),
    budget: BUDGETS[captures] ?? '',
  };
}
console.table(rows);

const paced = await measure('gateway-server.js', { captures: 500, fps: 15, seconds: 0 });
const load = ((paced.cpu_us / 1e6 / paced.seconds) * 100).toFixed(0);
console.log(
  `500 captures at 15 frames/s: ${paced.load.completed} completed, ${paced.load.failed} aborted, ` +
    `${Math.round(perSecond(paced))} frames/s, ${load} % of a core`,
);
console.log(`aborted in all: ${failed + paced.load.failed}`);
console.log(`ratio=${(ratios[50] ?? NaN).toFixed(2)}`);
