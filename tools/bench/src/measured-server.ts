import type { Worker } from 'node:cluster';
import { once } from 'node:events';
import { type Percentiles, percentiles } from './statistics.js';

/** What a server process tells the bench, over the IPC channel of `fork`. */
export type ServerReport =
  | { readonly type: 'listening'; readonly port: number; readonly worker_pids: readonly number[] }
  | {
      readonly type: 'measured';
      readonly frames: number;
      /** Processor time of the process. */
      readonly user_us: number;
      readonly system_us: number;
      readonly seconds: number;
      /** From accepted to acknowledged; null where the server does not tell these apart. */
      readonly accept_to_ack: Percentiles | null;
    }
  /** Bytes: what is in use once the garbage is gone, and what the system has given. */
  | { readonly type: 'memory'; readonly in_use: number; readonly resident: number };

/** What the bench tells a server process: to count, to report what it counted, to report its memory. */
export type ServerOrder = 'start' | 'stop' | 'memory';

/** What a server process counts while it runs. */
export interface Counted {
  /** Frames taken. */
  readonly frames: number;
  /** How long each frame since the last `start` took from accepted to acknowledged. */
  readonly waits_ms?: number[];
}

/** Counts the frames and the processor time of this process, or of one that it speaks for, from `start` to `stop`. */
export class Meter {
  #begun: { frames: number; cpu: NodeJS.CpuUsage; at: number };

  /** @param cpuUsage processor time so far, microseconds; that of this process by default */
  constructor(
    private readonly counted: Counted,
    private readonly cpuUsage = (): NodeJS.CpuUsage => process.cpuUsage(),
  ) {
    this.#begun = this.#now();
  }

  /** The answer to an order, if it has one. */
  take(order: ServerOrder): ServerReport | null {
    switch (order) {
      case 'start':
        this.counted.waits_ms?.splice(0);
        this.#begun = this.#now();
        return null;
      case 'stop': {
        const [begun, now] = [this.#begun, this.#now()];
        return {
          type: 'measured',
          frames: now.frames - begun.frames,
          user_us: now.cpu.user - begun.cpu.user,
          system_us: now.cpu.system - begun.cpu.system,
          seconds: (now.at - begun.at) / 1000,
          accept_to_ack: percentiles(this.counted.waits_ms ?? []),
        };
      }
      case 'memory': {
        // memory that only a finalizer releases is free after the second
        globalThis.gc?.();
        globalThis.gc?.();
        const { heapUsed, external, rss } = process.memoryUsage();
        return { type: 'memory', in_use: heapUsed + external, resident: rss };
      }
    }
  }

  #now() {
    return { frames: this.counted.frames, cpu: this.cpuUsage(), at: performance.now() };
  }
}

/** Reports the port to the bench, then does as it says. */
export function reportTo(bench: NodeJS.Process, port: number, meter: Meter): void {
  bench.on('message', (order: ServerOrder) => {
    const report = meter.take(order);
    if (report !== null) bench.send?.(report);
  });
  bench.on('disconnect', () => process.exit());
  bench.send?.({ type: 'listening', port, worker_pids: [] } satisfies ServerReport);
}

/** For a worker: does as the bench says through its primary. */
export function reportToPrimary(primary: NodeJS.Process, meter: Meter): void {
  primary.on('message', ({ bench }: { readonly bench?: ServerOrder }) => {
    const report = bench && meter.take(bench);
    if (report) primary.send?.({ bench: report });
  });
}

/** For a primary: what all its workers report is one report, its own share counted in. */
export function reportForWorkers(bench: NodeJS.Process, port: number, workers: readonly Worker[]): void {
  const meter = new Meter({ frames: 0 });
  const ask = async (worker: Worker): Promise<ServerReport> => {
    for (;;) {
      const [message] = (await once(worker, 'message')) as [{ readonly bench?: ServerReport }];
      if (message.bench) return message.bench;
    }
  };
  bench.on('message', (order: ServerOrder) => {
    const reports = order === 'start' ? [] : workers.map(ask);
    for (const worker of workers) worker.send({ bench: order });
    const own = meter.take(order);
    if (own !== null) void Promise.all(reports).then((theirs) => bench.send?.(theirs.reduce(sum, own)));
  });
  const worker_pids = workers.map(({ process }) => process.pid ?? NaN);
  bench.send?.({ type: 'listening', port, worker_pids } satisfies ServerReport);
}

function sum(all: ServerReport, one: ServerReport): ServerReport {
  if (all.type !== 'measured' || one.type !== 'measured') return all;
  const [user_us, system_us] = [all.user_us + one.user_us, all.system_us + one.system_us];
  return { ...all, frames: all.frames + one.frames, user_us, system_us };
}
