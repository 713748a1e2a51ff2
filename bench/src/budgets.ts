import { IN_PROCESS, type Measurements } from './measurements.js';

/** What was promised, and what came of it. */
export interface Budget {
  readonly what: string;
  readonly bound: string;
  readonly measured: string;
  readonly met: boolean;
}

/** The load takes about as much of the machine as one worker, so that two need three processors to be told apart. */
const PROCESSORS_FOR_TWO_WORKERS = 3;

const BUFFERED_FRAME_BYTES = 30_000;

/** The budgets, each met or not. */
export function budgets(measurements: Measurements, processors: number): Budget[] {
  const { throughput, workers, wire, idle, running } = measurements;
  const ratio = throughput.get(IN_PROCESS.name)?.get(30_000)?.cpu_ratio ?? NaN;
  const above_ms = wire.gateway.p99_ms - wire.transport.p99_ms;
  const idle_bytes = idle.get(IN_PROCESS.name)?.in_use ?? NaN;
  const running_bytes = running.get(IN_PROCESS.name)?.in_use ?? NaN;
  return [
    {
      what: "processor time of a 30 KB frame in process, beside the bare server's",
      bound: 'at most 1.2 times',
      measured: `${ratio.toFixed(2)} times`,
      met: ratio <= 1.2,
    },
    twoWorkers(workers, processors),
    atMost('an idle connection', 'KB', idle_bytes / 1000, 30),
    atMost(
      'a capture at 15 frames/s, its one buffered frame not counted',
      'KB',
      (running_bytes - BUFFERED_FRAME_BYTES) / 1000,
      100,
    ),
    atMost('p99 with 200 captures, above that of the direct transport alone', 'ms', above_ms, 5),
  ];
}

/** What two workers do beside one: as measured, or where the load takes too much of the machine, by processor time. */
function twoWorkers(workers: Measurements['workers'], processors: number): Budget {
  const [one, two] = [workers.get(1), workers.get(2)];
  const measured = (two?.frames_per_second ?? NaN) / (one?.frames_per_second ?? NaN);
  const by_cpu = (2 * (one?.cpu_us ?? NaN)) / (two?.cpu_us ?? NaN);
  const enough = processors >= PROCESSORS_FOR_TWO_WORKERS;
  const what = enough
    ? 'frames/s of two workers beside one'
    : 'frames/s of two workers beside one, had each a processor to itself';
  return {
    what,
    bound: 'at least 1.8 times',
    measured: enough
      ? `${measured.toFixed(2)} times`
      : `${by_cpu.toFixed(2)} times by processor time; ${measured.toFixed(2)} times with the load on the same ${processors}`,
    met: (enough ? measured : by_cpu) >= 1.8,
  };
}

function atMost(what: string, unit: string, measured: number, most: number): Budget {
  return { what, bound: `at most ${most} ${unit}`, measured: `${measured.toFixed(1)} ${unit}`, met: measured <= most };
}
