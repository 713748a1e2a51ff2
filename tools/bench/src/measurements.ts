import { type Footprint, footprint, IDLE, RUNNING } from './footprint.js';
import { measurePaced, type Paced } from './paced.js';
import { ProcessorQuota } from './processor-quota.js';
import { Rig, type Subject } from './rig.js';
import { asFastAsTheyGo, type Figures, HUNDRED_CAMERAS, measureRounds } from './rounds.js';
import { median } from './statistics.js';
import { BARE, IN_PROCESS, SERVERS, SIZES, TRANSPORT } from './subjects.js';
import { measureWorkers, type WorkerFigures } from './workers.js';

const STARTS = 5;

/** All that one run of the bench finds out; each list is by the name of its subject. */
export interface Measurements {
  /** As fast as frames go, by their bytes. */
  readonly saturated: ReadonlyMap<number, ReadonlyMap<string, Figures>>;
  /** A hundred cameras. */
  readonly cameras: ReadonlyMap<string, Figures>;
  readonly workers: ReadonlyMap<number, WorkerFigures>;
  /** Whether each worker was limited to a share of a processor, so that the load had the rest. */
  readonly workers_held: boolean;
  /** By how many cameras. */
  readonly paced: ReadonlyMap<string, ReadonlyMap<number, Paced>>;
  /** The same frames straight to an extractor. */
  readonly transport: ReadonlyMap<number, Paced>;
  readonly idle: ReadonlyMap<string, Footprint>;
  readonly running: ReadonlyMap<string, Footprint>;
  readonly startup_ms: ReadonlyMap<string, number>;
}

/** Measures everything, one after the other; calls `say` with what begins. */
export async function measureAll(say: (what: string) => void): Promise<Measurements> {
  say('processor time of a frame');
  const loads = [...SIZES.map(asFastAsTheyGo), HUNDRED_CAMERAS];
  const figures = await measureRounds(SERVERS, loads);
  const saturated = new Map(SIZES.map((size, index) => [size, figures[index] ?? new Map<string, Figures>()]));
  const cameras = figures[SIZES.length] ?? new Map<string, Figures>();
  say('workers');
  const workers = await measureWorkers();
  say('latency at 15 frames a second');
  const paced = await byName(SERVERS, (subject) => measurePaced(subject));
  const transport = await measurePaced(TRANSPORT, 'streams');
  say('memory and start');
  const idle = await byName([BARE, IN_PROCESS], (subject) => footprint(subject, IDLE));
  const running = await byName([BARE, IN_PROCESS], (subject) => footprint(subject, RUNNING));
  const startup_ms = await byName([BARE, IN_PROCESS], startUp);
  const workers_held = ProcessorQuota.possible;
  return { saturated, cameras, workers, workers_held, paced, transport, idle, running, startup_ms };
}

async function startUp(subject: Subject): Promise<number> {
  const starts: number[] = [];
  for (let start = 0; start < STARTS; start++) {
    starts.push(await Rig.using(subject, ({ startup_ms }) => Promise.resolve(startup_ms)));
  }
  return median(starts);
}

async function byName<Result>(
  subjects: readonly Subject[],
  measure: (subject: Subject) => Promise<Result>,
): Promise<Map<string, Result>> {
  const results = new Map<string, Result>();
  for (const subject of subjects) results.set(subject.name, await measure(subject));
  return results;
}
