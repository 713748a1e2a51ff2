import { setTimeout as sleep } from 'node:timers/promises';
import { type LoadOrder, settledAfter } from './load-order.js';
import { CAMERA, WARM_UP } from './paced.js';
import { Rig, type Subject } from './rig.js';

/** Until what the warming up has left behind is gone. */
const SETTLING_MS = 1_000;

/** Bytes of one connection, in use once the garbage is gone, and given by the system. */
export interface Footprint {
  readonly in_use: number;
  readonly resident: number;
}

type Load = Omit<LoadOrder, 'port'>;

export const IDLE: Load = { ...CAMERA, kind: 'idle', captures: 1_000, seconds: 0 };
export const RUNNING: Load = { ...CAMERA, kind: 'captures', captures: 200, seconds: 2 };

/** Measures the memory of the connections of `order`, in the middle of their work. */
export async function footprint(subject: Subject, order: Load): Promise<Footprint> {
  return Rig.using(subject, async (rig) => {
    await rig.load(WARM_UP);
    await sleep(SETTLING_MS);
    const before = await rig.memory();
    const done = rig.load(order);
    if (order.kind === 'idle') await done;
    else await sleep(settledAfter(order) + (order.seconds / 2) * 1000);
    const during = await rig.memory();
    await done;
    const each = (field: 'in_use' | 'resident'): number => (during[field] - before[field]) / order.captures;
    return { in_use: each('in_use'), resident: each('resident') };
  });
}
