import type { LoadOrder } from './load-order.js';
import { Rig, type Subject } from './rig.js';
import type { Percentiles } from './statistics.js';

/** Captures at a time, in the order in which they are measured. */
export const PACED_CAPTURES = [1, 50, 100, 200, 500] as const;

/** What a camera sends for four seconds, again and again. */
export const CAMERA = { frame_bytes: 30_000, frames: 60, fps: 15 } as const;

/** Twice as fast, so that the compilers have settled soon. */
export const WARM_UP = {
  kind: 'captures',
  frame_bytes: 30_000,
  frames: 30,
  fps: 30,
  captures: 50,
  seconds: 1,
} as const;

const MEASURED_SECONDS = 4;

/** What becomes of the frames of so many cameras while all of them run; processor time is per frame. */
export interface Paced {
  readonly cpu_us: number;
  readonly extractor_cpu_us: number | null;
  readonly nats_cpu_us: number | null;
  /** In the gateway. */
  readonly accept_to_ack: Percentiles | null;
  /** Where the frames come from. */
  readonly round_trip: Percentiles | null;
  /** Captures that were not taken whole. */
  readonly failed: number;
}

/** What the subject does with so many cameras, by how many. */
export async function measurePaced(
  subject: Subject,
  kind: Exclude<LoadOrder['kind'], 'idle'> = 'captures',
): Promise<ReadonlyMap<number, Paced>> {
  return Rig.using(subject, async (rig) => {
    await rig.load({ ...WARM_UP, kind });
    const results = new Map<number, Paced>();
    for (const captures of PACED_CAPTURES) {
      const measured = await rig.measure({ ...CAMERA, kind, captures, seconds: MEASURED_SECONDS });
      const { frames, cpu_us, extractor_cpu_us, nats_cpu_us, accept_to_ack, load } = measured;
      results.set(captures, {
        cpu_us: cpu_us / frames,
        extractor_cpu_us: extractor_cpu_us && extractor_cpu_us / frames,
        nats_cpu_us: nats_cpu_us && nats_cpu_us / frames,
        accept_to_ack,
        round_trip: load.latency,
        failed: load.failed,
      });
    }
    return results;
  });
}
