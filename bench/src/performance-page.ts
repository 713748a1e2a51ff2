import { format } from 'prettier';
import { budgets } from './budgets.js';
import {
  BARE,
  type Footprint,
  GATEWAYS,
  IN_PROCESS,
  type Latency,
  type Measurements,
  PACED_CAPTURES,
  SIZES,
  WORKERS,
} from './measurements.js';

const NAMES = [BARE, ...GATEWAYS].map(({ name }) => name);

/** docs/performance.md, in the format of the project. */
export async function performancePage(
  measurements: Measurements,
  machine: { readonly processors: number; readonly node: string },
): Promise<string> {
  const { throughput, workers, latency, wire, idle, running, startup_ms } = measurements;
  const text = `# Performance

Made by \`npm run bench\`, which takes some minutes and wants a quiet machine: ${machine.processors} shared processors, Node.js
${machine.node}, over the loopback. Server and load have a processor each, and a forwarder's extractor shares the load's, so
frames a second are a lower bound. Processor time per frame is the steadier number, and ratios within a run are what can be
held against another machine's. The bare server only parses each text, compares the length of each frame and acknowledges it.

![Processor time per frame beside the bare server's](performance.svg)

## Budgets

${table(
  ['what', 'at most or at least', 'measured', 'met'],
  budgets(measurements, machine.processors).map(({ what, bound, measured, met }) => [
    what,
    bound,
    measured,
    met ? 'yes' : '**no**',
  ]),
)}

## As fast as they go

50 captures that send as fast as the server reads. In brackets: processor time as a multiple of the bare server's.

${table(
  ['frames/s, us of processor per frame', ...SIZES.map((size) => `${size / 1000} KB`)],
  NAMES.map((name) => [
    name,
    ...SIZES.map((size) => {
      const { frames_per_second, cpu_us, cpu_ratio, failed } = throughput.get(name)?.get(size) ?? NOT_MEASURED;
      return `${whole(frames_per_second)}/s, ${cpu_us.toFixed(1)} us (${cpu_ratio.toFixed(2)})${aborted(failed)}`;
    }),
  ]),
)}

## Workers

30 KB frames in process, with \`WORKERS\`; neither the workers nor the load are held to one processor, and all of them share
the machine's ${machine.processors}. Processor time is that of all processes of the gateway.

${table(
  ['workers', 'frames/s', 'us of processor per frame'],
  WORKERS.map((count) => {
    const { frames_per_second, cpu_us, failed } = workers.get(count) ?? NOT_MEASURED;
    return [String(count), `${whole(frames_per_second)}${aborted(failed)}`, cpu_us.toFixed(1)];
  }),
)}

## From a frame sent to its acknowledgement

30 KB frames, 15 a second from each camera, for 5 s; as the client sees it, over \`a3cp.capture.v1\`: its own write, the
gateway, the extractor, and the way back. In brackets: a multiple of the bare server's.

${table(
  ['p50, p99 ms', ...PACED_CAPTURES.map((captures) => `${captures} capture${captures > 1 ? 's' : ''}`)],
  NAMES.map((name) => [
    name,
    ...PACED_CAPTURES.map((captures) =>
      latencies(latency.get(name)?.get(captures), latency.get(BARE.name)?.get(captures)),
    ),
  ]),
)}

With 200 captures: ${latencies(wire.gateway)} through the gateway and the direct transport, ${latencies(wire.transport)}
over the transport alone.

## Memory and start

${table(
  ['KB in use (resident), ms', BARE.name, IN_PROCESS.name, 'ratio'],
  [
    ['an idle connection, of 1,000', ...footprints(idle)],
    ['a capture at 15 frames/s of 30 KB, of 200', ...footprints(running)],
    ['start until it listens', ...startup(startup_ms)],
  ],
)}

In use is what is left once the garbage is gone; resident is what the system has given for it.
`;
  return format(text, { parser: 'markdown', printWidth: 120 });
}

const NOT_MEASURED = { frames_per_second: NaN, cpu_us: NaN, cpu_ratio: NaN, failed: 0 };

function latencies(of: Latency | undefined, bare?: Latency): string {
  if (of === undefined) return '';
  const { p50_ms, p99_ms, failed } = of;
  const ratio =
    bare && bare !== of ? ` (${(p50_ms / bare.p50_ms).toFixed(1)}, ${(p99_ms / bare.p99_ms).toFixed(1)})` : '';
  return `${p50_ms.toFixed(2)}, ${p99_ms.toFixed(2)} ms${ratio}${aborted(failed)}`;
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
