import { type Footprint, footprint, IDLE, RUNNING } from './footprint.js';
import { measurePaced, type Paced } from './paced.js';
import { ProcessorQuota } from './processor-quota.js';
import type { Subject } from './rig.js';
import { BARE, IN_PROCESS, SERVERS, TRANSPORT } from './subjects.js';
import { measureThroughput, measureWorkers, type Throughput } from './throughput.js';

/** All that one run of the bench finds out; each list is by the name of its subject. */
export interface Measurements {
  readonly throughput: ReadonlyMap<string, ReadonlyMap<number, Throughput>>;
  readonly workers: ReadonlyMap<number, Throughput>;
  /** Whether each worker was held to a share of a processor, so that the load had the rest. */
  readonly workers_held: boolean;
  readonly paced: ReadonlyMap<string, ReadonlyMap<number, Paced>>;
  /** The same frames straight to an extractor. */
  readonly transport: ReadonlyMap<number, Paced>;
  readonly idle: ReadonlyMap<string, Footprint>;
  readonly running: ReadonlyMap<string, Footprint>;
  readonly startup_ms: ReadonlyMap<string, number>;
}

/** Everything, one after the other; `say` is told what begins. */
export async function measureAll(say: (what: string) => void): Promise<Measurements> {
  say('frames as fast as they go');
  const { throughput, startup_ms } = await measureThroughput();
  say('workers');
  const workers = await measureWorkers();
  say('frames at 15 a second');
  const paced = await byName(SERVERS, (subject) => measurePaced(subject));
  const transport = await measurePaced(TRANSPORT, 'streams');
  say('memory');
  const idle = await byName([BARE, IN_PROCESS], (subject) => footprint(subject, IDLE));
  const running = await byName([BARE, IN_PROCESS], (subject) => footprint(subject, RUNNING));
  const workers_held = ProcessorQuota.possible;
  return { throughput, workers, workers_held, paced, transport, idle, running, startup_ms };
}

async function byName<Result>(
  subjects: readonly Subject[],
  measure: (subject: Subject) => Promise<Result>,
): Promise<Map<string, Result>> {
  const results = new Map<string, Result>();
  for (const subject of subjects) results.set(subject.name, await measure(subject));
  return results;
}
