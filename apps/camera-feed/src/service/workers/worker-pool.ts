import {
  type CaptureLimits,
  ClaimLedger,
  type Clock,
  longestStopMs,
  SpentTickets,
  SystemClock,
} from '@a3cp/capture-domain';
import { Logger } from '@nestjs/common';
import cluster, { type Worker } from 'node:cluster';
import { once } from 'node:events';
import { setTimeout as after } from 'node:timers/promises';
import { AggregatorRegistry } from 'prom-client';
import { closeHandedConnection } from './handed-connection.js';
import { BEAT_INTERVAL_MS, WorkerHeartbeat } from './worker-heartbeat.js';
import type { PrimaryMessage, WorkerMessage } from './worker-messages.js';

/** So that a worker that ends as soon as it starts does not keep the machine busy. */
const RESTART_INTERVAL_MS = 1_000;

/**
 * How long a worker can run after it must have ended by its own rules. docs/integration/several-gateways.md, "Workers of one
 * gateway".
 */
const STOP_GRACE_MS = 5_000;

/**
 * The workers of this process, on one port. Gives them the connections in turn, keeps their claims and used tickets, adds up
 * their metrics, and informs all of what one learns. Kills a worker that hangs, and replaces one that ends by itself.
 * docs/integration/several-gateways.md, "Workers of one gateway".
 */
export class WorkerPool {
  readonly #logger = new Logger(WorkerPool.name);
  readonly #ledger = new ClaimLedger<number>();
  readonly #tickets: SpentTickets;
  readonly #metrics = new AggregatorRegistry();
  readonly #heartbeat = new WorkerHeartbeat();
  #started = false;
  #stopping = false;
  #restart_at = 0;

  constructor(
    private readonly count: number,
    private readonly limits: CaptureLimits,
    clock: Clock = new SystemClock(),
  ) {
    this.#tickets = new SpentTickets(clock);
    clock.every(BEAT_INTERVAL_MS, () => this.#killHanging());
    cluster.on('exit', (worker, code, signal) => this.#ended(worker, signal || `code ${code}`));
    // one that hangs does not notice that it is alone
    process.on('exit', () => {
      for (const worker of this.#workers()) worker.process.kill('SIGKILL');
    });
  }

  /** Resolves with their port once all of them listen; rejects if one ends before. */
  async start(): Promise<number> {
    const ports = await Promise.all(Array.from({ length: this.count }, () => this.#listening(this.#fork())));
    this.#started = true;
    return ports[0] ?? 0;
  }

  /** Lets every worker finish what it is doing; rejects if one did not end as it should, or hangs. */
  async close(): Promise<void> {
    this.#stopping = true;
    const ended = this.#workers().map(async (worker) => {
      const exit = once(worker, 'exit') as Promise<[number | null]>;
      this.#tell(worker, { type: 'stop' });
      return (await exit)[0];
    });
    const overdue = after(longestStopMs(this.limits) + STOP_GRACE_MS, [null], { ref: false });
    const codes = await Promise.race([Promise.all(ended), overdue]);
    if (codes.some((code) => code !== 0)) throw new Error('a worker did not end as it should');
  }

  #workers(): Worker[] {
    return Object.values(cluster.workers ?? {}).filter((worker) => worker !== undefined);
  }

  #fork(): Worker {
    const worker = cluster.fork();
    this.#heartbeat.started(worker.id);
    closeHandedConnection(worker);
    worker.on('message', (message: WorkerMessage) => this.#told(worker, message));
    worker.on('listening', () => {
      // its first own beat may come later
      this.#heartbeat.beat(worker.id);
      // a message to a worker before this point is lost
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
      case 'beat':
        this.#heartbeat.beat(worker.id);
        return;
      case 'claim': {
        const answer = this.#ledger.claim(worker.id, message.claim, this.limits);
        this.#tell(worker, { type: 'claim.answered', id: message.id, answer });
        return;
      }
      case 'release':
        this.#ledger.release(worker.id, message.capture_id);
        return;
      case 'ticket': {
        const answer = this.#tickets.spend(message.ticket);
        this.#tell(worker, { type: 'ticket.answered', id: message.id, answer });
        return;
      }
      case 'metrics':
        void this.#metrics.clusterMetrics().then(
          (answer) => this.#tell(worker, { type: 'metrics.answered', id: message.id, answer }),
          () => this.#tell(worker, { type: 'metrics.answered', id: message.id, answer: null }),
        );
        return;
      case 'session.closed':
        for (const other of this.#workers()) if (other !== worker) this.#tell(other, message);
    }
  }

  #tell(worker: Worker, message: PrimaryMessage): void {
    // a worker that cannot receive the message has ended or is about to
    worker.send(message, undefined, undefined, () => undefined);
  }

  /** Its clients and the extractor see their connections break at once, and its claims are free. */
  #killHanging(): void {
    const hanging = this.#heartbeat.look();
    for (const worker of this.#workers().filter(({ id }) => hanging.includes(id))) {
      this.#logger.warn('A worker hangs and is killed');
      worker.process.kill('SIGKILL');
    }
  }

  #ended(worker: Worker, how: string): void {
    this.#heartbeat.forget(worker.id);
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
