import { type ChildProcess, fork, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { availableParallelism } from 'node:os';
import { setTimeout as sleep } from 'node:timers/promises';
import { type LoadOrder, type LoadReport, settledAfter } from './load-order.js';
import type { ServerOrder, ServerReport } from './measured-server.js';
import { ProcessorQuota } from './processor-quota.js';

/** Server and load each get a core of their own where the system lets us say so. */
const CAN_PIN = availableParallelism() > 1 && spawnSync('taskset', ['-c', '0', 'true']).status === 0;

/** An extractor shares the load's core. Where the system lets us say so it goes first, and the load has what it leaves. */
const FIRST = ['nice', '-n', '-20'];
const CAN_GO_FIRST = CAN_PIN && spawnSync('nice', ['-n', '-20', 'true'], { stdio: 'pipe' }).stderr.length === 0;

type Listening = Extract<ServerReport, { type: 'listening' }>;
type Counts = Extract<ServerReport, { type: 'measured' }>;
type Memory = Extract<ServerReport, { type: 'memory' }>;

/** What is measured: a server, and what it needs around it. */
export interface Subject {
  readonly name: string;
  readonly script: 'bare-server.js' | 'gateway-server.js' | 'extractor-server.js';
  /** The transport to an extractor in another process; absent without such an extractor. */
  readonly transport?: 'direct' | 'nats';
  /** Processes of the gateway on one port, not limited to one core; absent without a primary. */
  readonly workers?: number;
  /** The folder of the built bench, if not this one: that of another checkout. */
  readonly home?: URL;
  /** The Node.js that runs all of its processes, if not the one that runs the bench. */
  readonly node?: string;
}

/** What a server did under a load. */
export interface Measured extends Counts {
  readonly load: LoadReport;
  /** What the extractor and the NATS server did meanwhile, where there are such. */
  readonly extractor: Counts | null;
  readonly nats: Counts | null;
}

/** Processor time, user's and system's, microseconds. */
export function cpuOf({ user_us, system_us }: Counts): number {
  return user_us + system_us;
}

/** A server in one process and a load in another. */
export class Rig {
  /** From the fork until it listened. */
  startup_ms = NaN;
  #port = NaN;
  readonly #children: ChildProcess[] = [];
  #worker_pids: readonly number[] = [];
  readonly #quotas: ProcessorQuota[] = [];
  #server!: ChildProcess;
  #client!: ChildProcess;
  #extractor: ChildProcess | null = null;
  #nats: ChildProcess | null = null;

  private constructor(private readonly subject: Subject) {}

  /** Runs `use` with the subject, and ends it in any case. */
  static async using<Result>(subject: Subject, use: (rig: Rig) => Promise<Result>): Promise<Result> {
    const rig = new Rig(subject);
    try {
      await rig.#start();
      return await use(rig);
    } finally {
      await rig.#stop();
    }
  }

  /** Runs `use` with all the subjects side by side, of which one at a time gets a load. */
  static async usingAll<Result>(
    [subject, ...others]: readonly Subject[],
    use: (rigs: readonly Rig[]) => Promise<Result>,
  ): Promise<Result> {
    if (!subject) return use([]);
    return Rig.using(subject, (rig) => Rig.usingAll(others, (rigs) => use([rig, ...rigs])));
  }

  get name(): string {
    return this.subject.name;
  }

  async load(order: Omit<LoadOrder, 'port'>): Promise<LoadReport> {
    const { kind } = order;
    this.#client.send({ ...order, kind, port: this.#port } satisfies LoadOrder);
    return report<LoadReport>(this.#client);
  }

  /** Holds each worker, if there are any, to its quota from now on, where the system lets us. */
  holdWorkers(): void {
    if (!ProcessorQuota.possible) return;
    for (const pid of this.#worker_pids) {
      const quota = new ProcessorQuota(String(pid));
      this.#quotas.push(quota);
      quota.hold(pid);
    }
  }

  async memory(): Promise<Memory> {
    return ask(this.#server, 'memory');
  }

  /** What the server did under the load, from when all its captures ran. */
  async measure(order: Omit<LoadOrder, 'port'>): Promise<Measured> {
    const settled = sleep(settledAfter(order)).then(() => {
      for (const child of [this.#server, this.#extractor, this.#nats]) child?.send('start' satisfies ServerOrder);
    });
    const [load] = await Promise.all([this.load(order), settled]);
    const [counts, extractor, nats] = await Promise.all([
      ask<Counts>(this.#server, 'stop'),
      this.#extractor && ask<Counts>(this.#extractor, 'stop'),
      this.#nats && ask<Counts>(this.#nats, 'stop'),
    ]);
    return { ...counts, load, extractor, nats };
  }

  async #start(): Promise<void> {
    const { script, transport, workers } = this.subject;
    const spread = workers !== undefined;
    const url = transport ? await this.#startExtractor(transport) : '';
    const begun = performance.now();
    this.#server = this.#fork(script, spread ? null : 0, [url, String(workers ?? 0)]);
    const { port, worker_pids } = await report<Listening>(this.#server);
    this.startup_ms = performance.now() - begun;
    this.#port = port;
    this.#worker_pids = worker_pids;
    this.#client = this.#fork('load.js', spread ? null : 1);
  }

  /** Where the gateway finds it. */
  async #startExtractor(transport: 'direct' | 'nats'): Promise<string> {
    const first = CAN_GO_FIRST ? FIRST : [];
    if (transport === 'direct') {
      this.#extractor = this.#fork('extractor-server.js', 1, [], first);
      return `ws://127.0.0.1:${(await report<Listening>(this.#extractor)).port}`;
    }
    this.#nats = this.#fork('nats-bus.js', 1, [], first);
    const url = `nats://127.0.0.1:${(await report<Listening>(this.#nats)).port}`;
    this.#extractor = this.#fork('extractor-server.js', 1, [url], first);
    await report<Listening>(this.#extractor);
    return url;
  }

  /** Each process ends when the bench disconnects, and a gateway only after its workers. */
  async #stop(): Promise<void> {
    const running = this.#children.filter((child) => child.connected);
    const over = running.map((child) => once(child, 'exit'));
    for (const child of running) child.disconnect();
    await Promise.all(over);
    for (const quota of this.#quotas) quota.release();
  }

  #fork(script: string, core: number | null, args: string[] = [], wrapper: string[] = []): ChildProcess {
    const { home = import.meta.url, node = process.execPath } = this.subject;
    const path = new URL(script, home).pathname;
    const flags = ['--expose-gc', '--no-warnings'];
    const pinned = { execPath: 'taskset', execArgv: ['-c', String(core), ...wrapper, node, ...flags] };
    const options = CAN_PIN && core !== null ? pinned : { execPath: node, execArgv: flags };
    // as JSON, NaN would arrive as null
    const child = fork(path, args, { ...options, serialization: 'advanced' });
    this.#children.push(child);
    return child;
  }
}

function ask<Answer extends ServerReport>(server: ChildProcess, order: ServerOrder): Promise<Answer> {
  const answer = report<Answer>(server);
  server.send(order);
  return answer;
}

/** What the process says next; an error if it ends first. */
async function report<Answer>(child: ChildProcess): Promise<Answer> {
  const gone = new AbortController();
  const end = (): void => gone.abort(new Error('a process of the bench has ended'));
  child.once('exit', end);
  try {
    const [message] = (await once(child, 'message', { signal: gone.signal })) as [Answer];
    return message;
  } finally {
    child.off('exit', end);
  }
}
