import type { Measurements } from './measurements.js';
import { DIRECT, IN_PROCESS } from './subjects.js';

/** What was promised, and what came of it. */
export interface Budget {
  readonly what: string;
  readonly bound: string;
  readonly measured: string;
  readonly met: boolean;
}

const FRAME_BYTES = 30_000;
const LATENCY_CAPTURES = 200;

/** The budgets, each met or not. */
export function budgets(measurements: Measurements): Budget[] {
  const { throughput, paced, transport, idle, running } = measurements;
  const ratio = throughput.get(IN_PROCESS.name)?.get(FRAME_BYTES)?.cpu_ratio ?? NaN;
  const idle_bytes = idle.get(IN_PROCESS.name)?.in_use ?? NaN;
  const running_bytes = running.get(IN_PROCESS.name)?.in_use ?? NaN;
  const accept_to_ack_ms = paced.get(DIRECT.name)?.get(LATENCY_CAPTURES)?.accept_to_ack?.p99_ms ?? NaN;
  const wire_ms = transport.get(LATENCY_CAPTURES)?.round_trip?.p99_ms ?? NaN;
  return [
    {
      what: "in-process CPU per 30 KB frame, of the bare server's",
      bound: 'at most 1.2 times',
      measured: `${ratio.toFixed(2)} times`,
      met: ratio <= 1.2,
    },
    twoWorkers(measurements),
    atMost('idle connection', 'KB', idle_bytes / 1000, 30),
    atMost('capture at 15 fps, its one buffered frame not counted', 'KB', (running_bytes - FRAME_BYTES) / 1000, 100),
    atMost("accept-to-ack p99 above direct's wire time, with 200 captures", 'ms', accept_to_ack_ms - wire_ms, 5),
  ];
}

/** By frames a second where the load had processors of its own, otherwise by the processor time of a frame. */
function twoWorkers({ workers, workers_held }: Measurements): Budget {
  const [one, two] = [workers.get(1), workers.get(2)];
  const shown = (two?.frames_per_second ?? NaN) / (one?.frames_per_second ?? NaN);
  const projected = (2 * (one?.cpu_us ?? NaN)) / (two?.cpu_us ?? NaN);
  return {
    what: '2 workers, of the frames/s of one',
    bound: 'at least 1.8 times',
    measured: workers_held
      ? `${shown.toFixed(2)} times`
      : `not shown: ${projected.toFixed(2)} times by processor time, ${shown.toFixed(2)} times with the load beside them`,
    met: (workers_held ? shown : projected) >= 1.8,
  };
}

function atMost(what: string, unit: string, measured: number, most: number): Budget {
  return { what, bound: `at most ${most} ${unit}`, measured: `${measured.toFixed(1)} ${unit}`, met: measured <= most };
}
