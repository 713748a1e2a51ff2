import { connect, type ConnectionOptions, type NatsConnection } from '@nats-io/transport-node';
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, watch, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** Debian puts it where only root looks. */
const PROGRAM = ['/usr/sbin/nats-server', '/usr/bin/nats-server'].find((path) => existsSync(path)) ?? 'nats-server';

const CONFIGURATION = fileURLToPath(new URL('../../deploy/nats/nats-server.conf', import.meta.url));

const PASSWORDS = {
  gateway: 'gate way@1',
  extractor: 'extract/or:2',
  registrar: 'regis?trar#3',
  session_manager: 'session%manager',
} as const;

interface Ports {
  readonly nats: string[];
  readonly monitoring: string[];
}

/** In quotes, as one that begins with a digit must be. */
const ENV = {
  NATS_GATEWAY_PASSWORD: `"${PASSWORDS.gateway}"`,
  NATS_EXTRACTOR_PASSWORD: `"${PASSWORDS.extractor}"`,
  NATS_REGISTRAR_PASSWORD: `"${PASSWORDS.registrar}"`,
  NATS_SESSION_MANAGER_PASSWORD: `"${PASSWORDS.session_manager}"`,
};

const running = new Set<NatsServer>();

/** Ends every server a test left running; for `afterEach`. */
export async function stopNatsServers(): Promise<void> {
  await Promise.all([...running].map((server) => server.stop()));
}

/** The real nats-server with the configuration that is shipped, on a free port. */
export class NatsServer {
  #process: ChildProcess | null = null;
  #connections: NatsConnection[] = [];
  port = 0;
  monitor = 0;

  private constructor(
    private readonly folder: string,
    private readonly args: readonly string[],
    private readonly env: Readonly<Record<string, string>>,
  ) {
    running.add(this);
  }

  /** Resolves once it takes connections. */
  static async start(args: readonly string[] = [], env: Readonly<Record<string, string>> = ENV): Promise<NatsServer> {
    const server = new NatsServer(mkdtempSync(join(tmpdir(), 'nats-')), args, env);
    await server.startAgain();
    return server;
  }

  /** The same with another `max_payload`. */
  static async startLimited(max_payload: number): Promise<NatsServer> {
    const server = new NatsServer(mkdtempSync(join(tmpdir(), 'nats-')), [], ENV);
    await server.startAgain(max_payload);
    return server;
  }

  /** At the same port as before, if there was one; `max_payload` stands for that of the configuration. */
  async startAgain(max_payload?: number): Promise<void> {
    const configuration = max_payload === undefined ? CONFIGURATION : this.#limited(max_payload);
    const files = watch(this.folder);
    const place = ['-a', '127.0.0.1', '-p', String(this.port || -1), '-m', '-1', '--ports_file_dir', this.folder];
    const child = spawn(PROGRAM, ['-c', configuration, ...place, ...this.args], { env: this.env, stdio: 'ignore' });
    this.#process = child;
    const died = once(child, 'exit').then(() => {
      throw new Error('the NATS server did not start');
    });
    died.catch(() => undefined);
    let ports = this.#ports();
    try {
      while (!ports) {
        await Promise.race([once(files, 'change'), died]);
        ports = this.#ports();
      }
    } finally {
      files.close();
    }
    this.port = Number(new URL(ports.nats[0] ?? '').port);
    this.monitor = Number(new URL(ports.monitoring[0] ?? '').port);
  }

  /** What a program of this user is given as NATS_URL. */
  url(user: keyof typeof PASSWORDS): string {
    return `nats://${user}:${encodeURIComponent(PASSWORDS[user])}@127.0.0.1:${this.port}`;
  }

  /** A connection of this user, closed with the server. */
  async connect(user: keyof typeof PASSWORDS, inboxPrefix?: string): Promise<NatsConnection> {
    return this.login({ user, pass: PASSWORDS[user], ...(inboxPrefix && { inboxPrefix }) });
  }

  /** A connection of whoever. */
  async login(options: ConnectionOptions): Promise<NatsConnection> {
    const connection = await connect({ servers: `127.0.0.1:${this.port}`, ...options });
    this.#connections.push(connection);
    return connection;
  }

  /** How many programs have a place in the queue group of opens. */
  async extractors(): Promise<number> {
    const connections = await this.#connected();
    return connections.filter(({ subscriptions_list }) => subscriptions_list?.includes('a3cp.lx.v1.open')).length;
  }

  /** How many connections there are that have said what they want to read. */
  async programs(): Promise<number> {
    const connections = await this.#connected();
    return connections.filter(({ subscriptions_list }) => subscriptions_list?.length).length;
  }

  signal(signal: NodeJS.Signals): void {
    this.#process?.kill(signal);
  }

  /** Ends it as a power failure would. */
  async kill(): Promise<void> {
    const child = this.#process;
    if (child?.exitCode !== null || child.signalCode !== null) return;
    const exited = once(child, 'exit');
    child.kill('SIGKILL');
    await exited;
    for (const file of this.#portsFiles()) rmSync(file);
  }

  async stop(): Promise<void> {
    running.delete(this);
    await Promise.all(this.#connections.map((connection) => connection.close()));
    await this.kill();
    rmSync(this.folder, { recursive: true });
  }

  /** A copy of the configuration that is shipped, with another `max_payload`. */
  #limited(max_payload: number): string {
    const configuration = join(this.folder, 'nats-server.conf');
    const text = readFileSync(CONFIGURATION, 'utf8').replace(/^max_payload: .*$/m, `max_payload: ${max_payload}`);
    writeFileSync(configuration, text);
    return configuration;
  }

  async #connected(): Promise<{ subscriptions_list?: string[] }[]> {
    const answer = await fetch(`http://127.0.0.1:${this.monitor}/connz?subs=1`, { headers: { connection: 'close' } });
    return ((await answer.json()) as { connections: { subscriptions_list?: string[] }[] }).connections;
  }

  #portsFiles(): string[] {
    return readdirSync(this.folder)
      .filter((name) => name.endsWith('.ports'))
      .map((name) => join(this.folder, name));
  }

  /** What the server has written of its ports; null while it has not, or not all. */
  #ports(): Ports | null {
    const [file] = this.#portsFiles();
    try {
      return file === undefined ? null : (JSON.parse(readFileSync(file, 'utf8')) as Ports);
    } catch {
      return null;
    }
  }
}
