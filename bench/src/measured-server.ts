import type { Worker } from 'node:cluster';
import { once } from 'node:events';

/** What a server process tells the bench, over the IPC channel of `fork`. */
export type ServerReport =
  | { readonly type: 'listening'; readonly port: number }
  | { readonly type: 'measured'; readonly frames: number; readonly cpu_us: number; readonly seconds: number }
  /** Bytes: what is in use once the garbage is gone, and what the system has given. */
  | { readonly type: 'memory'; readonly in_use: number; readonly resident: number };

/** What the bench tells a server process: to count, to report what it counted, to report its memory. */
export type ServerOrder = 'start' | 'stop' | 'memory';

/** Counts the frames and the processor time of this process from `start` to `stop`. */
export class Meter {
  #begun: { frames: number; cpu: NodeJS.CpuUsage; at: number };

  constructor(private readonly frames: () => number) {
    this.#begun = this.#now();
  }

  /** The answer to an order, if it has one. */
  take(order: ServerOrder): ServerReport | null {
    switch (order) {
      case 'start':
        this.#begun = this.#now();
        return null;
      case 'stop': {
        const { user, system } = process.cpuUsage(this.#begun.cpu);
        const seconds = (performance.now() - this.#begun.at) / 1000;
        return { type: 'measured', frames: this.frames() - this.#begun.frames, cpu_us: user + system, seconds };
      }
      case 'memory': {
        // what only a finalizer lets go is gone after the second
        globalThis.gc?.();
        globalThis.gc?.();
        const { heapUsed, external, rss } = process.memoryUsage();
        return { type: 'memory', in_use: heapUsed + external, resident: rss };
      }
    }
  }

  #now() {
    return { frames: this.frames(), cpu: process.cpuUsage(), at: performance.now() };
  }
}

/** Reports the port to the bench, then does as it says. */
export function reportTo(bench: NodeJS.Process, port: number, frames: () => number): void {
  const meter = new Meter(frames);
  bench.on('message', (order: ServerOrder) => {
    const report = meter.take(order);
    if (report !== null) bench.send?.(report);
  });
  bench.on('disconnect', () => process.exit());
  bench.send?.({ type: 'listening', port } satisfies ServerReport);
}

/** For a worker: does as the bench says through its primary. */
export function reportToPrimary(primary: NodeJS.Process, frames: () => number): void {
  const meter = new Meter(frames);
  primary.on('message', ({ bench }: { readonly bench?: ServerOrder }) => {
    const report = bench && meter.take(bench);
    if (report) primary.send?.({ bench: report });
  });
}

/** For a primary: what all its workers report is one report, its own share counted in. */
export function reportForWorkers(bench: NodeJS.Process, port: number, workers: readonly Worker[]): void {
  const meter = new Meter(() => 0);
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
  bench.on('disconnect', () => process.exit());
  bench.send?.({ type: 'listening', port } satisfies ServerReport);
}

function sum(all: ServerReport, one: ServerReport): ServerReport {
  if (all.type !== 'measured' || one.type !== 'measured') return all;
  return { ...all, frames: all.frames + one.frames, cpu_us: all.cpu_us + one.cpu_us };
}
