import { format } from 'prettier';
import { budgets } from './budgets.js';
import type { Footprint } from './footprint.js';
import type { Measurements } from './measurements.js';
import { PACED_CAPTURES, type Paced } from './paced.js';
import { WORKER_SHARE } from './processor-quota.js';
import type { Percentiles } from './statistics.js';
import { BARE, GATEWAYS, IN_PROCESS, SERVERS, TRANSPORT } from './subjects.js';
import { SIZES, type Throughput, WORKERS } from './throughput.js';

/** Of whom scaling.md plans with the processor time of a frame. */
const PLANNED_CAPTURES = 100;

/** docs/performance.md, in the format of the project. */
export async function performancePage(
  measurements: Measurements,
  machine: { readonly processors: number; readonly node: string },
): Promise<string> {
  const { throughput, workers, workers_held, paced, transport, idle, running, startup_ms } = measurements;
  const text = `# Performance

Made by \`npm run bench\`, which takes some minutes and wants a quiet machine: ${machine.processors} shared processors, Node.js
${machine.node}, over the loopback. Server and load have a processor each, and a forwarder's extractor shares the load's, so
frames a second are a lower bound. Processor time per frame is the steadier number, and ratios within a run are what can be
held against another machine's. The bare server only parses each text, compares the length of each frame and acknowledges it.

![Processor time per frame beside the bare server's](performance.svg)

## Budgets

${table(
  ['what', 'at most or at least', 'measured', 'met'],
  budgets(measurements).map(({ what, bound, measured, met }) => [what, bound, measured, met ? 'yes' : '**no**']),
)}

## As fast as they go

50 captures that send as fast as the server reads: frames that its forwarder has acknowledged, and user's and system's time
of its process for each. In brackets: processor time as a multiple of the bare server's.

${table(
  ['frames/s, us of processor per frame', ...SIZES.map((size) => `${size / 1000} KB`)],
  SERVERS.map(({ name }) => [name, ...SIZES.map((size) => saturated(throughput.get(name)?.get(size)))]),
)}

## Workers

30 KB frames in process, from 50 captures that send as fast as the server reads, with \`WORKERS\`. Processor time is that of
all processes of the gateway.
${workers_held ? WORKERS_HELD : WORKERS_NOT_HELD}

${table(
  ['workers', 'frames/s', 'us of processor per frame', 'processors in use'],
  WORKERS.map((count) => {
    const { frames_per_second, cpu_us, failed } = workers.get(count) ?? NOT_MEASURED;
    const used = (frames_per_second * cpu_us) / 1_000_000;
    return [String(count), `${whole(frames_per_second)}${aborted(failed)}`, cpu_us.toFixed(1), used.toFixed(2)];
  }),
)}

## At 15 frames a second

30 KB frames, 15 a second from each camera. As many captures as named run at any time: each lasts 4 s and is followed by
another, they begin one after the other, and what is said here begins when all of them run, and lasts 4 s.

### Processor time

User's and system's time of each process, divided by the frames, with ${PLANNED_CAPTURES} captures. In brackets: a multiple of the bare
server's.

${table(
  ['us of processor per frame', 'server', "extractor's transport", 'NATS server'],
  SERVERS.map(({ name }) => costs(name, paced.get(name)?.get(PLANNED_CAPTURES), bareOf(paced, PLANNED_CAPTURES))),
)}

### From accepted to acknowledged

From when the gateway has accepted a frame until it has the extractor's acknowledgement, in the gateway's process. The direct
transport alone is from the call that sends a frame until its acknowledgement, with the load in the gateway's place: the
wire time. In brackets: a multiple of that.

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

The same frames as their client sees it, over \`a3cp.capture.v1\`: from its own write until it is told of the acknowledgement,
so its own queue, the system's, and the gateway's are in it. In brackets: a multiple of the bare server's.

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
`;
  return format(text, { parser: 'markdown', printWidth: 120 });
}

const WORKERS_HELD = `Each worker is held to ${WORKER_SHARE} of a processor by a cgroup,
so that the load has the rest of the machine; where they use less than they have, it was the load that could not do more.`;

const WORKERS_NOT_HELD = `No cgroup could be made to hold each worker to a
share of a processor, so that workers and load took each other's time, and what a second worker adds could not be shown.`;

const NOT_MEASURED = { frames_per_second: NaN, cpu_us: NaN, cpu_ratio: NaN, failed: 0 };

function bareOf(paced: Measurements['paced'], captures: number): Paced | undefined {
  return paced.get(BARE.name)?.get(captures);
}

function saturated(of: Throughput = NOT_MEASURED): string {
  const { frames_per_second, cpu_us, cpu_ratio, failed } = of;
  return `${whole(frames_per_second)}/s, ${cpu_us.toFixed(1)} us (${cpu_ratio.toFixed(2)})${aborted(failed)}`;
}

function costs(name: string, of?: Paced, bare?: Paced): string[] {
  const cell = (cpu_us?: number | null): string => cpu_us?.toFixed(0) ?? '';
  const ratio = of && bare ? ` (${(of.cpu_us / bare.cpu_us).toFixed(2)})` : '';
  return [name, `${cell(of?.cpu_us)}${ratio}`, cell(of?.extractor_cpu_us), cell(of?.nats_cpu_us)];
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
