import type { LoadOrder } from './load-order.js';
import { CAMERA, WARM_UP } from './paced.js';
import { cpuOf, type Measured, Rig, type Subject } from './rig.js';
import { spread, type Spread } from './statistics.js';

const ROUNDS = 5;

/** Captures at a time, as fast as they go. */
const SATURATING = { kind: 'captures', fps: null, captures: 50, frames: 225, seconds: 1 } as const;

/** What every round measures, without the port. */
export type Load = Omit<LoadOrder, 'port'>;

/** 50 captures whose clients send as fast as the server reads. */
export function asFastAsTheyGo(frame_bytes: number): Load {
  return { ...SATURATING, frame_bytes };
}

/** A hundred cameras at 15 frames a second. */
export const HUNDRED_CAMERAS: Load = { ...CAMERA, kind: 'captures', captures: 100, seconds: 2 };

/** What one subject did in all rounds; processor time is per frame, and each ratio is to the first subject in the same round. */
export interface Figures {
  readonly frames_per_second: Spread;
  readonly user_us: Spread;
  readonly system_us: Spread;
  readonly cpu_us: Spread;
  readonly cpu_ratio: Spread;
  /** Processor time of the extractor and of the NATS server, where there are such. */
  readonly extractor_us: Spread | null;
  readonly nats_us: Spread | null;
  /** Captures of all rounds that were not taken whole. */
  readonly failed: number;
}

/**
 * Measures all subjects under each load, in turn within every round, so that a slow minute of the machine hits all of them.
 * By the order of the loads, then by the subject's name.
 */
export async function measureRounds(
  subjects: readonly Subject[],
  loads: readonly Load[],
): Promise<ReadonlyMap<string, Figures>[]> {
  return Rig.usingAll(subjects, async (rigs) => {
    for (const rig of rigs) {
      await rig.load(WARM_UP);
      await rig.load({ ...asFastAsTheyGo(WARM_UP.frame_bytes), frames: 30 });
    }
    const results: ReadonlyMap<string, Figures>[] = [];
    for (const load of loads) results.push(await measureLoad(rigs, load));
    return results;
  });
}

async function measureLoad(rigs: readonly Rig[], load: Load): Promise<ReadonlyMap<string, Figures>> {
  const rounds: ReadonlyMap<string, Measured>[] = [];
  for (let round = 0; round < ROUNDS; round++) {
    const measured = new Map<string, Measured>();
    for (const rig of rigs) measured.set(rig.name, await rig.measure(load));
    rounds.push(measured);
  }
  const bare = ofEach(rounds, rigs[0]?.name ?? '').map(cpuPerFrame);
  return new Map(rigs.map(({ name }) => [name, figures(ofEach(rounds, name), bare)]));
}

function ofEach(rounds: readonly ReadonlyMap<string, Measured>[], name: string): Measured[] {
  return rounds.flatMap((round) => round.get(name) ?? []);
}

function figures(rounds: readonly Measured[], bare_us: readonly number[]): Figures {
  const perFrame = (of: (round: Measured) => number): Spread => spread(rounds.map((round) => of(round) / round.frames));
  return {
    frames_per_second: spread(rounds.map(({ frames, seconds }) => frames / seconds)),
    user_us: perFrame(({ user_us }) => user_us),
    system_us: perFrame(({ system_us }) => system_us),
    cpu_us: perFrame(cpuOf),
    cpu_ratio: spread(rounds.map((round, index) => cpuPerFrame(round) / (bare_us[index] ?? NaN))),
    extractor_us: rounds[0]?.extractor ? perFrame(({ extractor }) => (extractor ? cpuOf(extractor) : NaN)) : null,
    nats_us: rounds[0]?.nats ? perFrame(({ nats }) => (nats ? cpuOf(nats) : NaN)) : null,
    failed: rounds.reduce((sum, { load }) => sum + load.failed, 0),
  };
}

function cpuPerFrame(round: Measured): number {
  return cpuOf(round) / round.frames;
}
