import { cpuOf, Rig } from './rig.js';
import { asFastAsTheyGo } from './rounds.js';
import { median } from './statistics.js';
import { FRAME_BYTES, IN_PROCESS } from './subjects.js';

const ROUNDS = 5;

/** How long frames come before they are counted: workers share the frames to warm up with. */
const WARM_UP_SECONDS = 3;

/** How long they are counted: each worker has a fraction of a processor then. */
const SECONDS = 4;

/** Processes of a gateway. */
export const WORKERS = [1, 2] as const;

/** Medians of the rounds, of frames as fast as they go; processor time of all processes of the gateway, per frame. */
export interface WorkerFigures {
  readonly frames_per_second: number;
  readonly cpu_us: number;
  /** Captures of all rounds that were not taken whole. */
  readonly failed: number;
}

/** Of a gateway in process, by how many workers it has. */
export async function measureWorkers(): Promise<ReadonlyMap<number, WorkerFigures>> {
  const rounds = new Map<number, WorkerFigures[]>(WORKERS.map((workers) => [workers, []]));
  for (let round = 0; round < ROUNDS; round++) {
    for (const workers of WORKERS) rounds.get(workers)?.push(await measureRound(workers));
  }
  return new Map([...rounds].map(([workers, all]) => [workers, middle(all)]));
}

async function measureRound(workers: number): Promise<WorkerFigures> {
  return Rig.using({ ...IN_PROCESS, workers }, async (rig) => {
    const load = asFastAsTheyGo(FRAME_BYTES);
    await rig.load({ ...load, frames: 30, seconds: WARM_UP_SECONDS });
    rig.holdWorkers();
    const measured = await rig.measure({ ...load, seconds: SECONDS });
    const { frames, seconds } = measured;
    return { frames_per_second: frames / seconds, cpu_us: cpuOf(measured) / frames, failed: measured.load.failed };
  });
}

function middle(rounds: readonly WorkerFigures[]): WorkerFigures {
  return {
    frames_per_second: median(rounds.map(({ frames_per_second }) => frames_per_second)),
    cpu_us: median(rounds.map(({ cpu_us }) => cpu_us)),
    failed: rounds.reduce((sum, { failed }) => sum + failed, 0),
  };
}
