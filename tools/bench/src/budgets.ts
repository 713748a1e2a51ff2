import type { Measurements } from './measurements.js';
import type { Paced } from './paced.js';
import type { Subject } from './rig.js';
import { DIRECT, FRAME_BYTES, IN_PROCESS, NATS } from './subjects.js';

/** What was promised, and what came of it. */
export interface Budget {
  readonly what: string;
  readonly bound: string;
  readonly measured: string;
  readonly met: boolean;
}

const LATENCY_CAPTURES = 200;
const CROWD = 300;
const LARGE_BYTES = 300_000;

/** The budgets, each met or not. */
export function budgets(measurements: Measurements): Budget[] {
  const { saturated, cameras, paced, transport, idle, running, startup_ms } = measurements;
  const ofCameras = ({ name }: Subject): number => cameras.get(name)?.cpu_ratio.median ?? NaN;
  const asFast = (bytes: number): number => saturated.get(bytes)?.get(IN_PROCESS.name)?.cpu_ratio.median ?? NaN;
  const idle_bytes = idle.get(IN_PROCESS.name)?.in_use ?? NaN;
  const running_bytes = running.get(IN_PROCESS.name)?.in_use ?? NaN;
  const direct = paced.get(DIRECT.name);
  const accept_to_ack_ms = direct?.get(LATENCY_CAPTURES)?.accept_to_ack?.p99_ms ?? NaN;
  const wire_ms = transport.get(LATENCY_CAPTURES)?.round_trip?.p99_ms ?? NaN;
  return [
    atMost('30 KB as fast as they go, in process', 'times bare `ws`', asFast(FRAME_BYTES), 1.35),
    atMost('300 KB as fast as they go, in process', 'times bare `ws`', asFast(LARGE_BYTES), 1.8),
    atMost('100 cameras, in process', 'times bare `ws`', ofCameras(IN_PROCESS), 1.7),
    atMost('100 cameras, direct', 'times bare `ws`', ofCameras(DIRECT), 2.4),
    atMost('100 cameras, NATS', 'times bare `ws`', ofCameras(NATS), 2.5),
    crowd(direct?.get(CROWD)),
    atMost(
      `${LATENCY_CAPTURES} cameras, accept-to-ack p99 above direct's wire time`,
      'ms',
      accept_to_ack_ms - wire_ms,
      5,
    ),
    twoWorkers(measurements),
    atMost('idle connection', 'KB', idle_bytes / 1000, 15),
    atMost('capture at 15 fps, its one buffered frame not counted', 'KB', (running_bytes - FRAME_BYTES) / 1000, 100),
    atMost('start until it listens', 'ms', startup_ms.get(IN_PROCESS.name) ?? NaN, 700),
  ];
}

function crowd(paced: Paced | undefined): Budget {
  const { failed = NaN, accept_to_ack } = paced ?? {};
  const p99_ms = accept_to_ack?.p99_ms ?? NaN;
  return {
    what: `${CROWD} cameras, direct, on one core: aborted, accept-to-ack p99`,
    bound: 'none, at most 100 ms',
    measured: `${failed === 0 ? 'none' : failed}, ${p99_ms.toFixed(1)} ms`,
    met: failed === 0 && p99_ms <= 100,
  };
}

/** By frames a second if the load had its own processors, otherwise by the processor time of a frame. */
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
  const digits = most < 5 ? 2 : 1;
  return {
    what,
    bound: `at most ${most} ${unit}`,
    measured: `${measured.toFixed(digits)} ${unit}`,
    met: measured <= most,
  };
}
