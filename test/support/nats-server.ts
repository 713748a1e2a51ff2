import { connect, type ConnectionOptions, type NatsConnection } from '@nats-io/transport-node';
import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import {
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  watch,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** Debian puts it where only root looks. */
const PROGRAM = ['/usr/sbin/nats-server', '/usr/bin/nats-server'].find((path) => existsSync(path)) ?? 'nats-server';

const NATS = fileURLToPath(new URL('../../deploy/nats/', import.meta.url));

/** The program that makes the users, as an operator runs it. */
export function makeUsers(folder: string, ...args: string[]): void {
  execFileSync(process.execPath, [join(NATS, 'users.mjs'), '--folder', folder, ...args], { stdio: 'ignore' });
}

/** The users that the program makes: as many gateways and extractors as it makes by default. */
export type NatsUser =
  `camera-feed-${number}` | `landmark-extractor-${number}` | 'capture-registrar' | 'session-manager';

/** A user's password of one's own making, which has to be encoded in a URL. */
const OWN_PASSWORD = { user: 'camera-feed-0', password: 'gate way@1/:?#%' };

interface Ports {
  readonly nats: string[];
  readonly monitoring: string[];
}

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
  ) {
    running.add(this);
    cpSync(join(NATS, 'nats-server.conf'), this.#configuration);
    mkdirSync(this.#users);
  }

  /** Resolves once it takes connections. */
  static async start(args: readonly string[] = []): Promise<NatsServer> {
    const server = NatsServer.#withUsers(args);
    await server.startAgain();
    return server;
  }

  /** The same, but with nothing of its own where the users should be: by default there is no such file. */
  static async startWithUsers(text: string | null): Promise<NatsServer> {
    const server = new NatsServer(mkdtempSync(join(tmpdir(), 'nats-')), []);
    if (text !== null) writeFileSync(join(server.#users, 'users.conf'), text);
    await server.startAgain();
    return server;
  }

  /** The same with another `max_payload`. */
  static async startLimited(max_payload: number): Promise<NatsServer> {
    const server = NatsServer.#withUsers([]);
    await server.startAgain(max_payload);
    return server;
  }

  static #withUsers(args: readonly string[]): NatsServer {
    const server = new NatsServer(mkdtempSync(join(tmpdir(), 'nats-')), args);
    makeUsers(server.#users);
    const { user, password } = OWN_PASSWORD;
    const configuration = join(server.#users, 'users.conf');
    writeFileSync(configuration, readFileSync(configuration, 'utf8').replace(server.#password(user), password));
    writeFileSync(join(server.#users, user), `NATS_URL=nats://${user}:${encodeURIComponent(password)}@nats:4222`);
    return server;
  }

  /** At the same port as before, if there was one; `max_payload` stands for that of the configuration. */
  async startAgain(max_payload?: number): Promise<void> {
    const configuration = max_payload === undefined ? this.#configuration : this.#limited(max_payload);
    const files = watch(this.folder);
    const place = ['-a', '127.0.0.1', '-p', String(this.port || -1), '-m', '-1', '--ports_file_dir', this.folder];
    const child = spawn(PROGRAM, ['-c', configuration, ...place, ...this.args], { stdio: 'ignore' });
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
  url(user: NatsUser): string {
    return `nats://${user}:${encodeURIComponent(this.#password(user))}@127.0.0.1:${this.port}`;
  }

  /** A connection of this user, whose answers come where its programs have theirs; closed with the server. */
  async connect(user: NatsUser): Promise<NatsConnection> {
    return this.login({ user, pass: this.#password(user), inboxPrefix: `_INBOX.${user}` });
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
    return connections.filter(({ subscriptions_list }) => subscriptions_list?.includes('a3cp.lx.v1.open.*')).length;
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
    const limited = join(this.folder, 'limited.conf');
    const text = readFileSync(this.#configuration, 'utf8');
    writeFileSync(limited, text.replace(/^max_payload: .*$/m, `max_payload: ${max_payload}`));
    return limited;
  }

  get #configuration(): string {
    return join(this.folder, 'nats-server.conf');
  }

  get #users(): string {
    return join(this.folder, 'users');
  }

  #password(user: string): string {
    const [, url = ''] = readFileSync(join(this.#users, user), 'utf8').trim().split('=', 2);
    return decodeURIComponent(new URL(url).password);
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
