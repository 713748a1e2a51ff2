import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';

const ROOT = fileURLToPath(new URL('../../', import.meta.url));

/** An npm script of the project, run as an operator runs it. */
export class NpmScript {
  readonly process: ChildProcess;
  readonly exited: Promise<number | null>;
  output = '';
  readonly #listening: Promise<string>;

  constructor(args: string[], env: Record<string, string> = {}) {
    // a group of its own, so that a signal reaches npm, its shell and the program
    this.process = spawn('npm', args, {
      cwd: ROOT,
      detached: true,
      env: { ...process.env, NODE_ENV: 'production', NO_COLOR: '1', ...env },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    this.exited = once(this.process, 'exit').then(([code]) => code as number | null);
    this.process.stderr?.on('data', (data: Buffer) => (this.output += data.toString()));
    this.#listening = new Promise((resolve, reject) => {
      createInterface({ input: this.process.stdout as NodeJS.ReadableStream }).on('line', (line) => {
        this.output += `${line}\n`;
        const [, origin] = /Listening on ([^\s"]+)/.exec(line) ?? [];
        if (origin) resolve(origin);
      });
      this.exited.then(() => reject(new Error(this.output)), reject);
    });
    // a script that is not to listen is looked at through `exited`
    this.#listening.catch(() => undefined);
  }

  /** Where it listens, once it does. */
  listening(): Promise<string> {
    return this.#listening;
  }

  /** Sends a signal to npm and to all that it started; 0 only throws if none of them is there. */
  signal(signal: NodeJS.Signals | 0): void {
    if (this.process.pid !== undefined) process.kill(-this.process.pid, signal);
  }
}
