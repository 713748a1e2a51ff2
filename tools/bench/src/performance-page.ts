import { format } from 'prettier';
import { budgets } from './budgets.js';
import type { Footprint } from './footprint.js';
import type { Measurements } from './measurements.js';
import { PACED_CAPTURES, type Paced } from './paced.js';
import { WORKER_SHARE } from './processor-quota.js';
import type { QuickFigures } from './quick.js';
import type { Figures } from './rounds.js';
import type { Percentiles, Spread } from './statistics.js';
import { BARE, DIRECT, FRAME_BYTES, GATEWAYS, IN_PROCESS, SERVERS, SIZES, TRANSPORT } from './subjects.js';
import { WORKERS } from './workers.js';

/** Where the part of the page begins that people write: the bench keeps it. */
const BY_HAND = '## Experiments';

/** What the page says of the machine. */
interface Machine {
  readonly processors: number;
  readonly node: string;
}

/** The same on another Node.js. */
export interface Beside {
  readonly node: string;
  readonly figures: QuickFigures;
}

/**
 * docs/performance.md, in the format of the project.
 *
 * @param before the page as it was
 */
export async function performancePage(
  measurements: Measurements,
  machine: Machine,
  beside: Beside | null,
  before: string,
): Promise<string> {
  const { saturated, cameras, workers, workers_held, paced, transport, idle, running, startup_ms } = measurements;
  const by_hand = before.indexOf(BY_HAND);
  const text = `# Performance

Made by \`npm run bench\`, which takes some minutes and wants a quiet machine: ${machine.processors} shared processors, Node.js
${machine.node}, over the loopback. Server and load have a processor each, and a forwarder's extractor shares the load's, so
frames a second are a lower bound. Processor time per frame is the steadier number, and ratios within a run can be compared
with another machine's. The bare server only parses each text, compares the length of each frame and acknowledges it.
\`npm run bench -- --quick\` measures the two most telling loads in under two minutes.

![Processor time per frame beside the bare server's](performance.svg)

## Budgets

${table(
  ['what', 'at most or at least', 'measured', 'met'],
  budgets(measurements).map(({ what, bound, measured, met }) => [what, bound, measured, met ? 'yes' : '**no**']),
)}

## As fast as they go

50 captures that send as fast as the server reads: frames a second that the forwarder has acknowledged, and processor time of
the server's process for each. Each figure is the median of five rounds, in which the servers take turns. In brackets: the
multiple of the bare server's time in the same round, and the least and the most of the five multiples.

${table(
  ['us of processor per frame', ...SIZES.map((size) => `${size / 1000} KB`)],
  SERVERS.map(({ name }) => [name, ...SIZES.map((size) => fast(saturated.get(size)?.get(name)))]),
)}

## Workers

30 KB frames in process, from 50 captures that send as fast as the server reads, with \`WORKERS\`. Processor time is that of
all processes of the gateway.
${workers_held ? WORKERS_HELD : WORKERS_NOT_HELD}

${table(
  ['workers', 'frames/s', 'us of processor per frame', 'processors in use'],
  WORKERS.map((count) => {
    const { frames_per_second = NaN, cpu_us = NaN, failed = 0 } = workers.get(count) ?? {};
    const used = (frames_per_second * cpu_us) / 1_000_000;
    return [String(count), `${whole(frames_per_second)}${aborted(failed)}`, cpu_us.toFixed(1), used.toFixed(2)];
  }),
)}

## At 15 frames a second

30 KB frames, 15 a second from each camera. As many captures as named run at any time: each lasts 4 s and is followed by
another. No two cameras click at the same time.

### Processor time

Of each process, divided by the frames, with 100 captures: medians of five rounds in which the servers take turns. In
brackets: the multiple of the bare server's time, and the least and the most of the five multiples.

${table(
  ['us of processor per frame', 'user', 'system', 'server', "extractor's transport", 'NATS server'],
  SERVERS.map(({ name }) => costs(name, cameras.get(name))),
)}
${beside ? besideSection(machine, cameras, saturated, beside) : ''}
### From accepted to acknowledged

From when the gateway has accepted a frame until it has the extractor's acknowledgement, in the gateway's process. The direct
transport alone is from the call that sends a frame until its acknowledgement, with the load in the gateway's place: the
wire time. In brackets: a multiple of that. The extractor and the NATS server go before
the load on its core (\`nice -n -20\`), so they wait little longer than on a core of their own.

${table(
  ['p50, p99 ms', ...PACED_CAPTURES.map(captureCount)],
  [
    [TRANSPORT.name, ...PACED_CAPTURES.map((captures) => latencies(transport.get(captures), 'round_trip'))],
    ...GATEWAYS.map(({ name }) => [
      name,
      ...PACED_CAPTURES.map((captures) =>
        latencies(paced.get(name)?.get(captures), 'accept_to_ack', transport.get(captures)?.round_trip),
      ),
    ]),
  ],
)}

### From sent to acknowledged

The same frames as their client measures them, over \`a3cp.capture.v1\`: from its write until it receives the acknowledgement. This
includes the queues of the client, the system and the gateway. In brackets: a multiple of the bare server's.

${table(
  ['p50, p99 ms', ...PACED_CAPTURES.map(captureCount)],
  SERVERS.map(({ name }) => [
    name,
    ...PACED_CAPTURES.map((captures) =>
      latencies(
        paced.get(name)?.get(captures),
        'round_trip',
        name === BARE.name ? null : bareOf(paced, captures)?.round_trip,
      ),
    ),
  ]),
)}

## Memory and start

In use is what is left once the garbage is gone; resident is what the system has given for it.

${table(
  ['KB in use (resident), ms', BARE.name, IN_PROCESS.name, 'ratio'],
  [
    ['an idle connection, of 1,000', ...footprints(idle)],
    ['a capture at 15 frames/s of 30 KB, of 200', ...footprints(running)],
    ['start until it listens', ...startup(startup_ms)],
  ],
)}

${by_hand < 0 ? '' : before.slice(by_hand)}`;
  return format(text, { parser: 'markdown', printWidth: 120 });
}

const WORKERS_HELD = `A cgroup limits each worker to ${WORKER_SHARE} of a processor,
so that the load has the rest of the machine. If the workers use less than that, the load was the limit.`;

const WORKERS_NOT_HELD = `No cgroup could be made to hold each worker to a
share of a processor, so that workers and load took each other's time, and what a second worker adds could not be shown.`;

function bareOf(paced: Measurements['paced'], captures: number): Paced | undefined {
  return paced.get(BARE.name)?.get(captures);
}

function fast(of?: Figures): string {
  if (!of) return '';
  const { frames_per_second, cpu_us, failed } = of;
  return `${whole(frames_per_second.median)}/s, ${cpu_us.median.toFixed(1)} us ${times(of)}${aborted(failed)}`;
}

function costs(name: string, of?: Figures): string[] {
  const cell = (cpu_us?: Spread | null): string => cpu_us?.median.toFixed(0) ?? '';
  const multiple = of ? ` ${times(of)}${aborted(of.failed)}` : '';
  const server = `${cell(of?.cpu_us)}${multiple}`;
  return [name, cell(of?.user_us), cell(of?.system_us), server, cell(of?.extractor_us), cell(of?.nats_us)];
}

function times({ cpu_ratio: { median, least, most } }: Figures): string {
  return `(${median.toFixed(2)}, ${least.toFixed(2)} to ${most.toFixed(2)})`;
}

function besideSection(
  { node }: Machine,
  cameras: Measurements['cameras'],
  saturated: Measurements['saturated'],
  { node: other, figures }: Beside,
): string {
  const cell = (of?: Figures): string => (of ? `${of.cpu_us.median.toFixed(1)} us ${times(of)}` : '');
  return `
### On another Node.js

${table(
  ['us of processor per 30 KB frame', `as fast as they go, ${node}`, other, `100 cameras, ${node}`, other],
  [BARE, IN_PROCESS, DIRECT].map(({ name }) => [
    name,
    cell(saturated.get(FRAME_BYTES)?.get(name)),
    cell(figures.saturated.get(name)),
    cell(cameras.get(name)),
    cell(figures.paced.get(name)),
  ]),
)}
`;
}

function latencies(of: Paced | undefined, which: 'accept_to_ack' | 'round_trip', one?: Percentiles | null): string {
  const latency = of?.[which];
  if (!latency) return '';
  const { p50_ms, p99_ms } = latency;
  const ratio = one ? ` (${multiple(p50_ms / one.p50_ms)}, ${multiple(p99_ms / one.p99_ms)})` : '';
  return `${p50_ms.toFixed(2)}, ${p99_ms.toFixed(2)}${ratio}${aborted(of.failed)}`;
}

function multiple(ratio: number): string {
  return ratio < 10 ? ratio.toFixed(2) : whole(ratio);
}

function captureCount(captures: number): string {
  return captures > 1 ? `${captures} captures` : '1 capture';
}

function aborted(captures: number): string {
  return captures > 0 ? `, ${captures} aborted` : '';
}

function footprints(of: ReadonlyMap<string, Footprint>): string[] {
  const [bare, gateway] = [of.get(BARE.name), of.get(IN_PROCESS.name)];
  const cell = (one?: Footprint): string => (one ? `${kilobytes(one.in_use)} (${kilobytes(one.resident)})` : '');
  return [cell(bare), cell(gateway), bare && gateway ? (gateway.in_use / bare.in_use).toFixed(1) : ''];
}

function startup(of: ReadonlyMap<string, number>): string[] {
  const [bare = NaN, gateway = NaN] = [of.get(BARE.name), of.get(IN_PROCESS.name)];
  return [whole(bare), whole(gateway), (gateway / bare).toFixed(1)];
}

function kilobytes(bytes: number): string {
  return (bytes / 1000).toFixed(1);
}

function whole(value: number): string {
  return Math.round(value).toLocaleString('en');
}

function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]): string => `| ${cells.join(' | ')} |`;
  return [line(head), line(head.map(() => '---')), ...rows.map(line)].join('\n');
}
