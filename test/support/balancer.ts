import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { type AddressInfo, connect, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** Debian puts it where only root looks. */
export const HAPROXY = existsSync('/usr/sbin/haproxy') ? '/usr/sbin/haproxy' : 'haproxy';

/** The configuration as it is shipped. */
export const HAPROXY_CONFIGURATION = fileURLToPath(new URL('../../deploy/haproxy/haproxy.cfg', import.meta.url));

/** A port that nobody listens at: HAProxy and Prometheus do not say which one they were given. */
export async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, 'close');
  return port;
}

/** Whether something listens at the port. */
export async function listens(port: number): Promise<boolean> {
  const socket = connect(port, '127.0.0.1');
  return once(socket, 'connect').then(
    () => {
      socket.destroy();
      return true;
    },
    () => false,
  );
}

/** HAProxy before gateways, with the configuration that is shipped. */
export class Balancer {
  private constructor(
    private readonly process: ChildProcess,
    private readonly folder: string,
    readonly port: number,
  ) {}

  /**
   * Before the gateways at these ports; resolves once it listens. The shipped configuration finds several by a name with an address
   * for each, which are a line each here.
   *
   * @param env further variables of the configuration
   */
  static async start(gateways: readonly number[], env: Record<string, string> = {}): Promise<Balancer> {
    const folder = await mkdtemp(join(tmpdir(), 'balancer-'));
    const port = await freePort();
    // an address and not `localhost`, which the DNS server of this machine need not know
    const address = `127.0.0.1:${gateways[0]}`;
    const variables = { PATH: process.env['PATH'], PORT: String(port), GATEWAYS: address, ...env };
    const configuration = gateways.length > 1 ? await configurationFor(gateways, folder) : HAPROXY_CONFIGURATION;
    const child = spawn(HAPROXY, ['-db', '-f', configuration], { env: variables, stdio: 'ignore' });
    await once(child, 'spawn');
    while (child.exitCode === null && !(await listens(port))) continue;
    if (child.exitCode !== null) throw new Error(`HAProxy ended with ${child.exitCode}`);
    return new Balancer(child, folder, port);
  }

  async stop(): Promise<void> {
    const exited = once(this.process, 'exit');
    this.process.kill('SIGKILL');
    await exited;
    await rm(this.folder, { recursive: true });
  }
}

async function configurationFor(gateways: readonly number[], folder: string): Promise<string> {
  const template = /^ {2}server-template .*$/m;
  const shipped = await readFile(HAPROXY_CONFIGURATION, 'utf8');
  if (!template.test(shipped)) throw new Error('the shipped configuration has no server-template');
  const servers = gateways.map((port, n) => `  server gateway-${n} 127.0.0.1:${port}`).join('\n');
  const file = join(folder, 'haproxy.cfg');
  await writeFile(file, shipped.replace(template, servers));
  return file;
}
