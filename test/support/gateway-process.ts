import { CAPTURE_PATHS } from '@a3cp/capture-protocol';
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';

const PROGRAM = fileURLToPath(new URL('../../apps/camera-feed/dist/main.js', import.meta.url));

const running = new Set<GatewayProcess>();

/** Ends every gateway a test left running; for `afterEach`. */
export async function killGateways(): Promise<void> {
  for (const gateway of running) gateway.signal('SIGKILL');
  await Promise.all([...running].map(({ exited }) => exited));
}

/** The gateway as an operator runs it: the built program, in a process of its own, on a free port. */
export class GatewayProcess {
  /** The exit code, or null if a signal ended the process. */
  readonly exited: Promise<number | null>;
  /** What it has said so far, line by line. */
  readonly log: string[] = [];
  port = 0;

  private constructor(private readonly process: ChildProcess) {
    running.add(this);
    // 'close' and not 'exit', by which all it has said is read
    this.exited = once(process, 'close').then(([code]) => {
      running.delete(this);
      return code as number | null;
    });
  }

  /** Resolves once it listens. */
  static async start(env: Record<string, string>): Promise<GatewayProcess> {
    const child = spawn(process.execPath, [PROGRAM], {
      env: { ...process.env, NODE_ENV: 'production', NO_COLOR: '1', PORT: '0', ...env },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    const gateway = new GatewayProcess(child);
    await new Promise<void>((resolve, reject) => {
      const hear = (line: string): void => {
        gateway.log.push(line);
        const [, port] = /Listening on [^\s"]+:(\d+)/.exec(line) ?? [];
        if (port === undefined) return;
        gateway.port = Number(port);
        resolve();
      };
      createInterface({ input: child.stdout }).on('line', hear);
      createInterface({ input: child.stderr }).on('line', hear);
      child.once('close', () => reject(new Error(['the gateway did not start', ...gateway.log].join('\n'))));
    });
    return gateway;
  }

  get pid(): number {
    if (this.process.pid === undefined) throw new Error('the gateway did not start');
    return this.process.pid;
  }

  url(): string {
    return `ws://127.0.0.1:${this.port}${CAPTURE_PATHS[0]}`;
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
}
