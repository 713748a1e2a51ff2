import { ClaimLedger, type ClaimLimits } from '@a3cp/capture-domain';
import { Logger } from '@nestjs/common';
import cluster, { type Worker } from 'node:cluster';
import { once } from 'node:events';
import { AggregatorRegistry } from 'prom-client';
import type { PrimaryMessage, WorkerMessage } from './worker-messages.js';

/** A worker that ends as soon as it starts is not to keep the machine busy. */
const RESTART_INTERVAL_MS = 1_000;

/**
 * The workers of this process, on one port: it hands them the connections in turn, keeps their claims, adds up their
 * metrics, tells each what another has learned, and puts another in the place of one that ends by itself.
 * PROTOCOL.md, "Several processes".
 */
export class WorkerPool {
  readonly #logger = new Logger(WorkerPool.name);
  readonly #ledger = new ClaimLedger<number>();
  readonly #metrics = new AggregatorRegistry();
  #started = false;
  #stopping = false;
  #restart_at = 0;

  constructor(
    private readonly count: number,
    private readonly limits: ClaimLimits,
  ) {
    cluster.on('exit', (worker, code, signal) => this.#ended(worker, signal || `code ${code}`));
  }

  /** Resolves with their port once all of them listen; rejects if one ends before. */
  async start(): Promise<number> {
    const ports = await Promise.all(Array.from({ length: this.count }, () => this.#listening(this.#fork())));
    this.#started = true;
    return ports[0] ?? 0;
  }

  /** Lets every worker finish what it is doing; rejects if one did not end as it should. */
  async close(): Promise<void> {
    this.#stopping = true;
    const codes = await Promise.all(
      Object.values(cluster.workers ?? {}).map(async (worker) => {
        if (!worker) return 0;
        const ended = once(worker, 'exit') as Promise<[number | null]>;
        this.#tell(worker, { type: 'stop' });
        return (await ended)[0];
      }),
    );
    if (codes.some((code) => code !== 0)) throw new Error('a worker did not end as it should');
  }

  #fork(): Worker {
    const worker = cluster.fork();
    worker.on('message', (message: WorkerMessage) => this.#told(worker, message));
    worker.on('listening', () => {
      // what a worker was told before it had got so far is lost
      if (this.#stopping) this.#tell(worker, { type: 'stop' });
    });
    return worker;
  }

  #listening(worker: Worker): Promise<number> {
    return new Promise((resolve, reject) => {
      worker.once('listening', ({ port }) => resolve(port));
      worker.once('exit', () => {
        if (!this.#stopping) reject(new Error('a worker ended before it listened'));
      });
    });
  }

  #told(worker: Worker, message: WorkerMessage): void {
    switch (message.type) {
      case 'claim': {
        const answer = this.#ledger.claim(worker.id, message.claim, this.limits);
        this.#tell(worker, { type: 'claim.answered', id: message.id, answer });
        return;
      }
      case 'release':
        this.#ledger.release(worker.id, message.capture_id);
        return;
      case 'metrics':
        void this.#metrics.clusterMetrics().then(
          (answer) => this.#tell(worker, { type: 'metrics.answered', id: message.id, answer }),
          () => this.#tell(worker, { type: 'metrics.answered', id: message.id, answer: null }),
        );
        return;
      case 'session.closed':
        for (const other of Object.values(cluster.workers ?? {}))
          if (other && other !== worker) this.#tell(other, message);
    }
  }

  #tell(worker: Worker, message: PrimaryMessage): void {
    // a worker that cannot be told has ended or is about to
    worker.send(message, undefined, undefined, () => undefined);
  }

  #ended(worker: Worker, how: string): void {
    this.#ledger.releaseAll(worker.id);
    if (!this.#started || this.#stopping) return;
    this.#logger.warn(`A worker ended (${how}) and is replaced`);
    const now = performance.now();
    const wait = Math.max(0, this.#restart_at - now);
    this.#restart_at = now + wait + RESTART_INTERVAL_MS;
    setTimeout(() => {
      if (!this.#stopping) this.#fork();
    }, wait);
  }
}
