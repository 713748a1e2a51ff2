import { type ChildProcess, fork, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { availableParallelism } from 'node:os';
import type { LoadOrder, LoadReport } from './load.js';
import type { ServerOrder, ServerReport } from './measured-server.js';

/** Server and load each get a core of their own where the system lets us say so. */
const CAN_PIN = availableParallelism() > 1 && spawnSync('taskset', ['-c', '0', 'true']).status === 0;

type Listening = Extract<ServerReport, { type: 'listening' }>;
type Measured = Extract<ServerReport, { type: 'measured' }>;
type Memory = Extract<ServerReport, { type: 'memory' }>;

/** What is measured: a server, and what it needs around it. */
export interface Subject {
  readonly name: string;
  readonly script: 'bare-server.js' | 'gateway-server.js' | 'extractor-server.js';
  /** How frames come to an extractor in another process; without it there is none. */
  readonly transport?: 'direct' | 'nats';
  /** Processes of the gateway on one port, which are not held to one core; without it is no primary either. */
  readonly workers?: number;
}

/** A server in a process of its own and a load in another. */
export class Rig {
  /** From the fork until it listened. */
  startup_ms = NaN;
  #port = NaN;
  readonly #children: ChildProcess[] = [];
  #server!: ChildProcess;
  #client!: ChildProcess;

  static async start(subject: Subject): Promise<Rig> {
    const rig = new Rig();
    const spread = subject.workers !== undefined;
    const url = subject.transport ? await rig.#extractor(subject.transport) : '';
    const begun = performance.now();
    const args = [url, String(subject.workers ?? 0)];
    rig.#server = rig.#fork(subject.script, spread ? null : 0, args);
    rig.#port = await rig.#listening(rig.#server);
    rig.startup_ms = performance.now() - begun;
    rig.#client = rig.#fork('load.js', spread ? null : 1);
    return rig;
  }

  /** Where the gateway finds it. */
  async #extractor(transport: 'direct' | 'nats'): Promise<string> {
    if (transport === 'direct') return `ws://127.0.0.1:${await this.#listening(this.#fork('extractor-server.js', 1))}`;
    const url = `nats://127.0.0.1:${await this.#listening(this.#fork('nats-bus.js', 1))}`;
    await this.#listening(this.#fork('extractor-server.js', 1, [url]));
    return url;
  }

  async load(order: Omit<LoadOrder, 'port'>): Promise<LoadReport> {
    const { kind } = order;
    this.#client.send({ ...order, kind, port: this.#port } satisfies LoadOrder);
    return report<LoadReport>(this.#client);
  }

  async memory(): Promise<Memory> {
    return this.#ask('memory');
  }

  /** What the server did under the load. */
  async measure(order: Omit<LoadOrder, 'port'>): Promise<Measured & { readonly load: LoadReport }> {
    this.#server.send('start' satisfies ServerOrder);
    const load = await this.load(order);
    return { ...(await this.#ask<Measured>('stop')), load };
  }

  async stop(): Promise<void> {
    const over = this.#children.map((child) => once(child, 'exit'));
    for (const child of this.#children) child.disconnect();
    await Promise.all(over);
  }

  #fork(script: string, core: number | null, args: string[] = []): ChildProcess {
    const path = new URL(script, import.meta.url).pathname;
    const node = ['--expose-gc', '--no-warnings'];
    const pinned = { execPath: 'taskset', execArgv: ['-c', String(core), process.execPath, ...node] };
    const child = fork(path, args, CAN_PIN && core !== null ? pinned : { execArgv: node });
    this.#children.push(child);
    return child;
  }

  async #listening(server: ChildProcess): Promise<number> {
    return (await report<Listening>(server)).port;
  }

  #ask<Answer extends ServerReport>(order: ServerOrder): Promise<Answer> {
    const answer = report<Answer>(this.#server);
    this.#server.send(order);
    return answer;
  }
}

async function report<Answer>(child: ChildProcess): Promise<Answer> {
  const [message] = (await once(child, 'message')) as [Answer];
  return message;
}
