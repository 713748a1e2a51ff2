import { type ChildProcess, fork, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import type { CaptureSummary } from '@a3cp/landmark-extractor';
import type { BlindOrder, BlindResult } from './blind-clients.js';

/** Debian puts it where only root looks. */
const NATS_SERVER = ['/usr/sbin/nats-server', '/usr/bin/nats-server'].find((path) => existsSync(path)) ?? 'nats-server';

const GATEWAY = programOf('@a3cp/camera-feed', 'service/main.js');
const EXTRACTOR = programOf('@a3cp/landmark-extractor', 'main.js');

const LISTENING = /[Ll]istening (?:on|for client connections on) \S+?:(\d+)/;

/** `nats`: two gateways and two extractors; `direct`: one of each. */
export type Shape = 'direct' | 'nats';

/** The services as they are shipped, each in its own process, without landmarks. */
export class CaptureSite {
  readonly #processes: ChildProcess[] = [];
  readonly #sessions: Server;
  #gateways: number[] = [];
  #extractors: number[] = [];

  private constructor() {
    const active = JSON.stringify({ status: 'active' });
    this.#sessions = createServer((request, response) => request.resume().on('end', () => response.end(active)));
  }

  /** Runs `use` with the services, and ends them in any case. */
  static async using<Result>(shape: Shape, use: (site: CaptureSite) => Promise<Result>): Promise<Result> {
    const site = new CaptureSite();
    try {
      await site.#start(shape);
      return await use(site);
    } finally {
      await site.#stop();
    }
  }

  /** Plays captures from a process of their own. */
  async play(order: Omit<BlindOrder, 'ports'>): Promise<BlindResult[]> {
    const clients = fork(fileURLToPath(new URL('blind-clients.js', import.meta.url)), { serialization: 'advanced' });
    this.#processes.push(clients);
    const over = once(clients, 'message') as Promise<[BlindResult[]]>;
    clients.send({ ...order, ports: this.#gateways } satisfies BlindOrder);
    return (await over)[0];
  }

  /** What the capture's extractor knows of it; null if no extractor has it. */
  async summary(capture_id: string): Promise<CaptureSummary | null> {
    for (const port of this.#extractors) {
      const answer = await fetch(`http://127.0.0.1:${port}/landmark_extractor/captures/${capture_id}`);
      const content = await answer.text();
      if (answer.ok) return JSON.parse(content) as CaptureSummary;
    }
    return null;
  }

  async #start(shape: Shape): Promise<void> {
    this.#sessions.listen(0, '127.0.0.1');
    await once(this.#sessions, 'listening');
    const SESSION_MANAGER_URL = `http://127.0.0.1:${(this.#sessions.address() as AddressInfo).port}`;
    const extractor = { LANDMARK_THREADS: '0' };
    if (shape === 'direct') {
      const port = await this.#service(EXTRACTOR, extractor);
      this.#extractors = [port];
      const LANDMARK_EXTRACTOR_URL = `ws://127.0.0.1:${port}/landmark_extractor/stream`;
      this.#gateways = [await this.#service(GATEWAY, { SESSION_MANAGER_URL, LANDMARK_EXTRACTOR_URL })];
      return;
    }
    const nats = await this.#run(NATS_SERVER, ['-a', '127.0.0.1', '-p', '-1'], { GOGC: '400' });
    const transport = { LANDMARK_FORWARDER: 'nats', NATS_URL: `nats://127.0.0.1:${nats}` };
    const two = (program: string, env: Record<string, string>): Promise<number[]> =>
      Promise.all([this.#service(program, env), this.#service(program, env)]);
    this.#extractors = await two(EXTRACTOR, { ...transport, ...extractor });
    this.#gateways = await two(GATEWAY, { ...transport, SESSION_MANAGER_URL });
  }

  #service(program: string, env: Record<string, string>): Promise<number> {
    return this.#run(process.execPath, [program], { NODE_ENV: 'production', HOST: '127.0.0.1', PORT: '0', ...env });
  }

  /** Resolves with the port on which it listens. */
  async #run(program: string, args: string[], env: Record<string, string>): Promise<number> {
    const child = spawn(program, args, { env, stdio: ['ignore', 'pipe', 'pipe'] });
    this.#processes.push(child);
    return new Promise((resolve, reject) => {
      for (const output of [child.stdout, child.stderr]) {
        createInterface({ input: output }).on('line', (line) => {
          const [, port] = LISTENING.exec(line) ?? [];
          if (port !== undefined) resolve(Number(port));
        });
      }
      child.once('error', reject);
      child.once('exit', () => reject(new Error(`${program} ${args.join(' ')} did not start`)));
    });
  }

  async #stop(): Promise<void> {
    const running = this.#processes.filter(({ exitCode, signalCode }) => exitCode === null && signalCode === null);
    const over = running.map((child) => once(child, 'exit'));
    for (const child of running) child.kill('SIGKILL');
    await Promise.all(over);
    this.#sessions.closeAllConnections();
    this.#sessions.close();
  }
}

function programOf(name: string, main: string): string {
  return fileURLToPath(import.meta.resolve(name).replace(/index\.js$/, main));
}
