import { setTimeout as sleep } from 'node:timers/promises';
import type { LoadOrder } from './load.js';
import { Rig, type Subject } from './rig.js';
import { median } from './statistics.js';

const ROUNDS = 3;
const SATURATED_SECONDS = 2;
const SATURATING_CAPTURES = 50;
/** Of one capture, so that all of them are over soon after the time is. */
const SATURATING_BYTES = 6_750_000;
const MAX_FRAMES = 225;
/** Five seconds of a camera. */
const PACED_FRAMES = 75;
const IDLE_CONNECTIONS = 1_000;
const RUNNING_CAPTURES = 200;
/** Until what the warming up has left behind is gone. */
const SETTLING_MS = 1_000;

export const SIZES = [1_000, 30_000, 300_000] as const;
export const PACED_CAPTURES = [1, 50, 500] as const;

export const BARE: Subject = { name: 'bare `ws`', script: 'bare-server.js' };
export const IN_PROCESS: Subject = { name: 'gateway, in process', script: 'gateway-server.js' };
export const DIRECT: Subject = { name: 'gateway, direct', script: 'gateway-server.js', transport: 'direct' };
const NATS: Subject = { name: 'gateway, NATS', script: 'gateway-server.js', transport: 'nats' };
const EXTRACTOR: Subject = { name: 'the direct transport alone', script: 'extractor-server.js' };

/** What is held against the bare server, in the order of the tables. */
export const GATEWAYS: readonly Subject[] = [IN_PROCESS, DIRECT, NATS];
const SUBJECTS = [BARE, ...GATEWAYS];

export const WORKERS = [1, 2] as const;

/** Medians of the rounds. `cpu_ratio` is to the bare server in the same round. */
export interface Throughput {
  readonly frames_per_second: number;
  readonly cpu_us: number;
  readonly cpu_ratio: number;
  /** Captures of all rounds that were not taken whole. */
  readonly failed: number;
}

export interface Latency {
  readonly p50_ms: number;
  readonly p99_ms: number;
  readonly failed: number;
}

/** Bytes each, in use once the garbage is gone, and given by the system. */
export interface Footprint {
  readonly in_use: number;
  readonly resident: number;
}

/** All that one run of the bench finds out; each list is by the name of its subject. */
export interface Measurements {
  readonly throughput: ReadonlyMap<string, ReadonlyMap<number, Throughput>>;
  readonly workers: ReadonlyMap<number, Throughput>;
  readonly latency: ReadonlyMap<string, ReadonlyMap<number, Latency>>;
  /** With 200 captures: through the gateway, and over its transport alone. */
  readonly wire: { readonly gateway: Latency; readonly transport: Latency };
  readonly idle: ReadonlyMap<string, Footprint>;
  readonly running: ReadonlyMap<string, Footprint>;
  readonly startup_ms: ReadonlyMap<string, number>;
}

const SATURATED = { kind: 'captures', fps: null } as const;
const PACED = { kind: 'captures', frame_bytes: 30_000, frames: PACED_FRAMES, fps: 15, seconds: 0 } as const;

/** Everything, one after the other; `say` is told what begins. */
export async function measureAll(say: (what: string) => void): Promise<Measurements> {
  const starts = new Map<string, number[]>(SUBJECTS.map(({ name }) => [name, []]));
  const startup_ms = (): Map<string, number> => new Map([...starts].map(([name, all]) => [name, median(all)]));
  say('frames as fast as they go');
  const throughput = await throughputs(starts);
  say('workers');
  const workers = await throughputOfWorkers();
  say('frames at 15 a second');
  const latency = await byName(SUBJECTS, async (subject) => {
    const latencies = new Map<number, Latency>();
    for (const captures of PACED_CAPTURES) latencies.set(captures, await latencyOf(subject, captures));
    return latencies;
  });
  const wire = {
    gateway: await latencyOf(DIRECT, RUNNING_CAPTURES),
    transport: await latencyOf(EXTRACTOR, RUNNING_CAPTURES, 'streams'),
  };
  say('memory');
  const idle = await byName([BARE, IN_PROCESS], (subject) =>
    footprint(subject, { ...PACED, kind: 'idle', captures: IDLE_CONNECTIONS }),
  );
  const running = await byName([BARE, IN_PROCESS], (subject) =>
    footprint(subject, { ...PACED, captures: RUNNING_CAPTURES }),
  );
  return { throughput, workers, latency, wire, idle, running, startup_ms: startup_ms() };
}

async function byName<Result>(
  subjects: readonly Subject[],
  measure: (subject: Subject) => Promise<Result>,
): Promise<Map<string, Result>> {
  const results = new Map<string, Result>();
  for (const subject of subjects) results.set(subject.name, await measure(subject));
  return results;
}

async function using<Result>(subject: Subject, use: (rig: Rig) => Promise<Result>): Promise<Result> {
  const rig = await Rig.start(subject);
  try {
    return await use(rig);
  } finally {
    await rig.stop();
  }
}

/** One round: the compilers on both sides have settled before anything is counted. */
async function saturate(subject: Subject, frame_bytes: number): Promise<Throughput & { readonly startup_ms: number }> {
  return using(subject, async (rig) => {
    const frames_each = Math.min(MAX_FRAMES, Math.floor(SATURATING_BYTES / frame_bytes));
    const order = { ...SATURATED, frame_bytes, frames: frames_each, captures: SATURATING_CAPTURES };
    await rig.load({ ...order, frames: Math.min(frames_each, 30), seconds: 1 });
    const { frames, cpu_us, seconds, load } = await rig.measure({ ...order, seconds: SATURATED_SECONDS });
    const { startup_ms } = rig;
    const { failed } = load;
    return { frames_per_second: frames / seconds, cpu_us: cpu_us / frames, cpu_ratio: 1, failed, startup_ms };
  });
}

async function throughputs(starts: Map<string, number[]>): Promise<Map<string, Map<number, Throughput>>> {
  const results = new Map(SUBJECTS.map(({ name }) => [name, new Map<number, Throughput>()]));
  for (const size of SIZES) {
    const rounds = new Map<string, Throughput[]>(SUBJECTS.map(({ name }) => [name, []]));
    for (let round = 0; round < ROUNDS; round++) {
      // in turn, so that a slow minute of the machine hits all
      let bare_us = NaN;
      for (const subject of SUBJECTS) {
        const measured = await saturate(subject, size);
        if (subject === BARE) bare_us = measured.cpu_us;
        rounds.get(subject.name)?.push({ ...measured, cpu_ratio: measured.cpu_us / bare_us });
        starts.get(subject.name)?.push(measured.startup_ms);
      }
    }
    for (const [name, all] of rounds) results.get(name)?.set(size, middle(all));
  }
  return results;
}

async function throughputOfWorkers(): Promise<Map<number, Throughput>> {
  const rounds = new Map<number, Throughput[]>(WORKERS.map((workers) => [workers, []]));
  for (let round = 0; round < ROUNDS; round++) {
    for (const workers of WORKERS) {
      rounds.get(workers)?.push(await saturate({ ...IN_PROCESS, workers }, 30_000));
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

async function latencyOf(subject: Subject, captures: number, kind: LoadOrder['kind'] = 'captures'): Promise<Latency> {
  return using(subject, async (rig) => {
    const order = { ...PACED, kind, captures };
    await rig.load({ ...order, frames: 30, fps: 30, captures: Math.min(captures, 50) });
    return rig.load(order);
  });
}

/** What so many connections take, in the middle of what they do. */
async function footprint(subject: Subject, order: Omit<LoadOrder, 'port'>): Promise<Footprint> {
  return using(subject, async (rig) => {
    await rig.load({ ...PACED, frames: 30, fps: 30, captures: 50 });
    await sleep(SETTLING_MS);
    const before = await rig.memory();
    const done = rig.load(order);
    if (order.kind === 'idle') await done;
    else await sleep((PACED_FRAMES / 15 / 2) * 1000);
    const during = await rig.memory();
    await done;
    const each = (field: 'in_use' | 'resident'): number => (during[field] - before[field]) / order.captures;
    return { in_use: each('in_use'), resident: each('resident') };
  });
}
