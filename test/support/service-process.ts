import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';

const running = new Set<ServiceProcess>();

/** Ends every service a test left running; for `afterEach`. */
export async function killServices(): Promise<void> {
  for (const service of running) service.signal('SIGKILL');
  await Promise.all([...running].map(({ exited }) => exited));
}

/** The command of a program of Node; collections are exposed as the images and the scripts of package.json do. */
export function nodeCommand(program: string): string[] {
  return [process.execPath, '--expose-gc', program];
}

/** A service as an operator runs it: a program in a process of its own, on a free port. */
export class ServiceProcess {
  /** The exit code, or null if a signal ended the process. */
  readonly exited: Promise<number | null>;
  /** What it has said so far, line by line. */
  readonly log: string[] = [];
  port = 0;
  private readonly process: ChildProcess;

  /** @param open_files how many files the process may open; by default as many as this one */
  protected constructor(command: readonly string[], env: Record<string, string>, open_files: number | '' = '') {
    const limited = ['-c', '[ -z "$0" ] || ulimit -n "$0"; exec "$@"', String(open_files)];
    this.process = spawn('sh', [...limited, ...command], {
      env: { ...process.env, NODE_ENV: 'production', NO_COLOR: '1', PORT: '0', ...env },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    running.add(this);
    // 'close' and not 'exit', by which all it has said is read
    this.exited = once(this.process, 'close').then(([code]) => {
      running.delete(this);
      return code as number | null;
    });
  }

  get pid(): number {
    if (this.process.pid === undefined) throw new Error('the service did not start');
    return this.process.pid;
  }

  signal(signal: NodeJS.Signals): void {
    this.process.kill(signal);
  }

  /** The status of its readiness; 0 if nobody answers. */
  async readiness(): Promise<number> {
    return fetch(`http://127.0.0.1:${this.port}/health/ready`, { headers: { connection: 'close' } }).then(
      ({ status }) => status,
      () => 0,
    );
  }

  /** Resolves once its readiness is red. */
  async draining(): Promise<void> {
    while ((await this.readiness()) === 200) continue;
  }

  /** Resolves once its readiness is green. */
  async ready(): Promise<void> {
    while ((await this.readiness()) !== 200) continue;
  }

  /** Resolves once it listens. */
  protected async listening(): Promise<this> {
    const { stdout, stderr } = this.process;
    if (!stdout || !stderr) throw new Error('the service says nothing');
    await new Promise<void>((resolve, reject) => {
      const hear = (line: string): void => {
        this.log.push(line);
        const [, port] = /Listening on [^\s"]+:(\d+)/.exec(line) ?? [];
        if (port === undefined) return;
        this.port = Number(port);
        resolve();
      };
      createInterface({ input: stdout }).on('line', hear);
      createInterface({ input: stderr }).on('line', hear);
      this.process.once('close', () => reject(new Error(['the service did not start', ...this.log].join('\n'))));
    });
    return this;
  }
}
