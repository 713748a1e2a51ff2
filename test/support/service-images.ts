import { copyFileSync, cpSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { runIn } from './installed-program.js';
import { ServiceProcess } from './service-process.js';

const ROOT = fileURLToPath(new URL('../../', import.meta.url));

/** What the Dockerfile is built on. */
const BASE = 'docker.io/library/node:24-slim';

/** Isolation that works inside a container, too; the services share the network of this machine. */
const ISOLATION = ['--isolation', 'chroot', '--network', 'host'];

/** What an image says of the containers that run it. */
export interface ImageConfiguration {
  readonly User: string;
  readonly ExposedPorts: Readonly<Record<string, object>>;
  readonly Env: readonly string[];
  readonly Cmd: readonly string[];
  readonly Healthcheck: { readonly Test: readonly string[] };
}

/** The targets of the Dockerfile, built by buildah over a base that debootstrap makes, in a folder of their own. */
export class ServiceImages {
  // images are large, and /tmp may be memory
  readonly #folder = mkdtempSync('/var/tmp/images-');

  /** The base with Debian, Node.js 24 and the user `node`, as the image of that name has them. */
  async makeBase(): Promise<void> {
    const container = await this.#buildah('from', 'scratch');
    const root = await this.#buildah('mount', container);
    const npm = join(this.#folder, 'npm');
    mkdirSync(npm);
    await Promise.all([
      // what a power failure would lose is made anew, so dpkg need not wait for the disk
      this.#run('env', 'DPKG_FORCE=unsafe-io', 'debootstrap', '--variant=minbase', 'bookworm', root),
      this.#run('npm', 'install', '--prefix', npm, 'node@24', 'npm@11'),
    ]);
    await this.#run('chroot', root, 'useradd', '--create-home', '--uid', '1000', 'node');
    rmSync(join(root, 'var/cache/apt/archives'), { recursive: true });

    const local = join(root, 'usr/local');
    copyFileSync(join(npm, 'node_modules/node/bin/node'), join(local, 'bin/node'));
    mkdirSync(join(local, 'lib/node_modules'));
    cpSync(join(npm, 'node_modules/npm'), join(local, 'lib/node_modules/npm'), { recursive: true });
    for (const program of ['npm', 'npx'])
      symlinkSync(`../lib/node_modules/npm/bin/${program}-cli.js`, join(local, 'bin', program));
    await this.#configureNpm(local);
    await this.#buildah('config', '--env', 'PATH=/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin', container);
    await this.#buildah('commit', '--rm', container, BASE);
  }

  /** npm reaches its registry from the base as it does from this machine. */
  async #configureNpm(local: string): Promise<void> {
    mkdirSync(join(local, 'etc'), { recursive: true });
    const lines = [`registry=${await this.#run('npm', 'config', 'get', 'registry')}`];
    const authorities = process.env['NODE_EXTRA_CA_CERTS'];
    if (authorities) {
      copyFileSync(authorities, join(local, 'etc/authorities.pem'));
      lines.push('cafile=/usr/local/etc/authorities.pem');
    }
    writeFileSync(join(local, 'etc/npmrc'), `${lines.join('\n')}\n`);
  }

  /** Builds one target; steps that another target has in common with it are built once. */
  async build(target: string): Promise<void> {
    // health checks are part of Docker's format only
    const format = ['--format', 'docker', '--pull-never', '--layers'];
    await this.#buildah('bud', ...ISOLATION, ...format, '--target', target, '--tag', target, '.');
  }

  async configuration(target: string): Promise<ImageConfiguration> {
    const inspected = await this.#buildah('inspect', '--type', 'image', target);
    return (JSON.parse(inspected) as { Docker: { config: ImageConfiguration } }).Docker.config;
  }

  /** A container of a target, or of the base; nothing runs in it. */
  async container(target = BASE): Promise<ImageContainer> {
    const name = await this.#buildah('from', '--pull-never', target);
    return new ImageContainer(this, name, await this.#buildah('mount', name));
  }

  /** The service of a target in a container of its own, by the image's command; resolves once it listens. */
  async start(target: string, env: Record<string, string> = {}): Promise<ContainerService> {
    const { Cmd } = await this.configuration(target);
    const container = await this.container(target);
    return ContainerService.start(
      container,
      this.command(container.name, Cmd, { HOST: '127.0.0.1', PORT: '0', ...env }),
    );
  }

  /** The command that runs a command in a container. */
  command(container: string, command: readonly string[], env: Record<string, string>): string[] {
    const variables = Object.entries(env).flatMap(([name, value]) => ['--env', `${name}=${value}`]);
    return [...this.#command('run'), ...ISOLATION, ...variables, container, '--', ...command];
  }

  async remove(): Promise<void> {
    await this.#buildah('rm', '--all');
    rmSync(this.#folder, { recursive: true });
  }

  #command(verb: string): string[] {
    const storage = ['--root', join(this.#folder, 'storage'), '--runroot', join(this.#folder, 'run')];
    return ['env', `TMPDIR=${this.#folder}`, 'buildah', ...storage, verb];
  }

  async #buildah(verb: string, ...args: readonly string[]): Promise<string> {
    return this.#run(...this.#command(verb), ...args);
  }

  async #run(...command: readonly string[]): Promise<string> {
    // Debian keeps debootstrap and chroot where only the PATH of root leads
    return (await runIn(ROOT, 'env', `PATH=${process.env['PATH']}:/usr/sbin`, ...command)).trim();
  }
}

/** A container of an image. */
export class ImageContainer {
  constructor(
    private readonly images: ServiceImages,
    readonly name: string,
    /** Where its files are on this machine. */
    readonly root: string,
  ) {}

  /** Runs a command in it; rejects if the command fails. */
  async run(command: readonly string[], env: Record<string, string> = {}): Promise<string> {
    const [program = '', ...args] = this.images.command(this.name, command, env);
    return runIn(ROOT, program, ...args);
  }

  /** Paths of what the arguments of `find` select. */
  async find(...selection: readonly string[]): Promise<string[]> {
    const found = await runIn(this.root, 'find', '.', '-xdev', ...selection);
    return found.split('\n').filter(Boolean).sort();
  }

  /** The bytes of all files. */
  async size(): Promise<number> {
    const sizes = await this.find('-type', 'f', '-printf', '%s %p\\n');
    return sizes.reduce((sum, line) => sum + Number.parseInt(line, 10), 0);
  }
}

/** A service that runs in a container. */
export class ContainerService extends ServiceProcess {
  container!: ImageContainer;

  static async start(container: ImageContainer, command: readonly string[]): Promise<ContainerService> {
    const service = await new ContainerService(command, {}).listening();
    service.container = container;
    return service;
  }

  get origin(): string {
    return `127.0.0.1:${this.port}`;
  }

  /** Signals the service itself. buildah passes no signal on, and would leave the service behind. */
  override signal(signal: NodeJS.Signals): void {
    const { pid } = JSON.parse(this.log.find((line) => line.startsWith('{')) ?? '{}') as { pid?: number };
    if (pid !== undefined) process.kill(pid, signal);
  }
}
