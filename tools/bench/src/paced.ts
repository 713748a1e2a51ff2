import type { LoadOrder } from './load-order.js';
import { Rig, type Subject } from './rig.js';
import type { Percentiles } from './statistics.js';
import { FRAME_BYTES } from './subjects.js';

/** Captures at a time, in the order in which they are measured. */
export const PACED_CAPTURES = [1, 50, 100, 200, 300, 500] as const;

/** What a camera sends for four seconds, again and again. */
export const CAMERA = { frame_bytes: FRAME_BYTES, frames: 60, fps: 15 } as const;

/** Much faster, so that the compilers have settled before anything is counted: also those of what the acknowledgements pass. */
export const WARM_UP = {
  kind: 'captures',
  frame_bytes: FRAME_BYTES,
  frames: 225,
  fps: 200,
  captures: 50,
  seconds: 5,
} as const;

const MEASURED_SECONDS = 4;

/** The frames of a number of cameras while all of them run. */
export interface Paced {
  /** In the gateway. */
  readonly accept_to_ack: Percentiles | null;
  /** Where the frames come from. */
  readonly round_trip: Percentiles | null;
  /** Captures that were not taken whole. */
  readonly failed: number;
}

/** Measures the subject for each number of cameras. */
export async function measurePaced(
  subject: Subject,
  kind: Exclude<LoadOrder['kind'], 'idle'> = 'captures',
): Promise<ReadonlyMap<number, Paced>> {
  return Rig.using(subject, async (rig) => {
    await rig.load({ ...WARM_UP, kind });
    const results = new Map<number, Paced>();
    for (const captures of PACED_CAPTURES) {
      const { accept_to_ack, load } = await rig.measure({ ...CAMERA, kind, captures, seconds: MEASURED_SECONDS });
      results.set(captures, {
        accept_to_ack,
        round_trip: load.latency,
        failed: load.failed,
      });
    }
    return results;
  });
}
