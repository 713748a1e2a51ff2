import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import type { GaugeMessage, Reading } from './gauge.js';
import type { Stall } from './watch-stalls.js';

const PROGRAM = fileURLToPath(import.meta.resolve('@a3cp/camera-feed').replace(/index\.js$/, 'service/main.js'));
const GAUGE = new URL('gauge.js', import.meta.url).href;

/** What the gateway logs of an extractor or a session_manager that fails, as the plans want it. */
const PLANNED = /captures end as (forward_failed|session_unavailable)/;

/** The built gateway in a new process, with a gauge in it. */
export class SoakedGateway {
  readonly #exited: Promise<number | null>;
  /** Where it listens, ws: and no path. */
  origin = '';
  /** What it said of errors inside it. */
  readonly errors: string[] = [];

  /** When the machine delayed it. */
  readonly stalls: Stall[] = [];
  #read: (reading: Reading) => void = () => undefined;

  private constructor(private readonly process: ChildProcess) {
    this.#exited = once(process, 'exit').then(([code]) => code as number | null);
    process.on('message', (message: GaugeMessage) => {
      if ('stall' in message) this.stalls.push(message.stall);
      else this.#read(message.reading);
    });
  }

  /** Resolves once it listens. */
  static async start(env: Record<string, string>): Promise<SoakedGateway> {
    const child = fork(PROGRAM, {
      execArgv: ['--import', GAUGE],
      env: { NODE_ENV: 'production', NO_COLOR: '1', PORT: '0', ...env },
      stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
    });
    const gateway = new SoakedGateway(child);
    const listening = new Promise<string>((resolve, reject) => {
      for (const output of [child.stdout, child.stderr]) {
        if (!output) continue;
        createInterface({ input: output }).on('line', (line) => {
          const [, port] = /Listening on [^\s"]+:(\d+)/.exec(line) ?? [];
          if (port) resolve(`ws://127.0.0.1:${port}`);
          if (/\berror\b/i.test(line) && !PLANNED.test(line)) gateway.errors.push(line);
        });
      }
      gateway.#exited.then(() => reject(new Error(gateway.errors.join('\n') || 'the gateway did not start')), reject);
    });
    gateway.origin = await listening;
    return gateway;
  }

  read(): Promise<Reading> {
    return new Promise((resolve) => {
      this.#read = resolve;
      this.process.send('read');
    });
  }

  /** Tells it to stop; resolves with its exit code. */
  async stop(): Promise<number | null> {
    this.process.kill('SIGTERM');
    return this.#exited;
  }

  /** For a soak that fails. */
  kill(): void {
    this.process.kill('SIGKILL');
  }
}
