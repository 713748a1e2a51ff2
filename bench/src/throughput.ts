import { Rig, type Subject } from './rig.js';
import { median } from './statistics.js';
import { BARE, IN_PROCESS, SERVERS } from './subjects.js';

const ROUNDS = 3;
const WORKER_FRAME_BYTES = 30_000;

/** How long frames come before they are counted, until the compilers on both sides have settled, and then are. */
interface Duration {
  readonly warm_up_seconds: number;
  readonly seconds: number;
}

const ALONE: Duration = { warm_up_seconds: 2, seconds: 2 };
/** Workers share the frames to warm up with, and have a fraction of a processor later. */
const AS_WORKERS: Duration = { warm_up_seconds: 3, seconds: 4 };

const AS_FAST_AS_THEY_GO = { kind: 'captures', fps: null, captures: 50, frames: 225 } as const;

/** Bytes of a frame. */
export const SIZES = [1_000, 30_000, 300_000] as const;

/** Processes of a gateway. */
export const WORKERS = [1, 2] as const;

/** Medians of the rounds, of frames as fast as they go. `cpu_ratio` is to the bare server in the same round. */
export interface Throughput {
  readonly frames_per_second: number;
  readonly cpu_us: number;
  readonly cpu_ratio: number;
  /** Captures of all rounds that were not taken whole. */
  readonly failed: number;
}

/** One round. */
async function saturate(
  subject: Subject,
  frame_bytes: number,
  { warm_up_seconds, seconds: measured_seconds }: Duration,
): Promise<Throughput & { readonly startup_ms: number }> {
  return Rig.using(subject, async (rig) => {
    const order = { ...AS_FAST_AS_THEY_GO, frame_bytes };
    await rig.load({ ...order, frames: 30, seconds: warm_up_seconds });
    rig.holdWorkers();
    const { frames, cpu_us, seconds, load } = await rig.measure({ ...order, seconds: measured_seconds });
    const { startup_ms } = rig;
    const { failed } = load;
    return { frames_per_second: frames / seconds, cpu_us: cpu_us / frames, cpu_ratio: 1, failed, startup_ms };
  });
}

/** Of each server by its name and by size; each server's milliseconds until it listened besides. */
export async function measureThroughput(): Promise<{
  readonly throughput: ReadonlyMap<string, ReadonlyMap<number, Throughput>>;
  readonly startup_ms: ReadonlyMap<string, number>;
}> {
  const throughput = new Map(SERVERS.map(({ name }) => [name, new Map<number, Throughput>()]));
  const starts = new Map<string, number[]>(SERVERS.map(({ name }) => [name, []]));
  for (const size of SIZES) {
    const rounds = new Map<string, Throughput[]>(SERVERS.map(({ name }) => [name, []]));
    for (let round = 0; round < ROUNDS; round++) {
      // in turn, so that a slow minute of the machine hits all
      let bare_us = NaN;
      for (const subject of SERVERS) {
        const measured = await saturate(subject, size, ALONE);
        if (subject === BARE) bare_us = measured.cpu_us;
        rounds.get(subject.name)?.push({ ...measured, cpu_ratio: measured.cpu_us / bare_us });
        starts.get(subject.name)?.push(measured.startup_ms);
      }
    }
    for (const [name, all] of rounds) throughput.get(name)?.set(size, middle(all));
  }
  return { throughput, startup_ms: new Map([...starts].map(([name, all]) => [name, median(all)])) };
}

/** Of a gateway in process, by how many workers it has. */
export async function measureWorkers(): Promise<ReadonlyMap<number, Throughput>> {
  const rounds = new Map<number, Throughput[]>(WORKERS.map((workers) => [workers, []]));
  for (let round = 0; round < ROUNDS; round++) {
    for (const workers of WORKERS) {
      rounds.get(workers)?.push(await saturate({ ...IN_PROCESS, workers }, WORKER_FRAME_BYTES, AS_WORKERS));
    }
  }
  return new Map([...rounds].map(([workers, all]) => [workers, middle(all)]));
}

function middle(rounds: readonly Throughput[]): Throughput {
  return {
    frames_per_second: median(rounds.map(({ frames_per_second }) => frames_per_second)),
    cpu_us: median(rounds.map(({ cpu_us }) => cpu_us)),
    cpu_ratio: median(rounds.map(({ cpu_ratio }) => cpu_ratio)),
    failed: rounds.reduce((sum, { failed }) => sum + failed, 0),
  };
}
