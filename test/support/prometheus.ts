import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parse, stringify } from 'yaml';
import { freePort, listens } from './balancer.js';

const SHIPPED = fileURLToPath(new URL('../../deploy/prometheus/', import.meta.url));

interface Configuration {
  global: object;
  scrape_configs: { job_name: string; dns_sd_configs?: object[]; static_configs?: object[] }[];
}

export interface Alert {
  readonly name: string;
  readonly health: 'ok' | 'err' | 'unknown';
  readonly state: 'inactive' | 'pending' | 'firing';
}

/** Prometheus with the configuration and the rules that are shipped. */
export class Prometheus {
  private constructor(
    private readonly process: ChildProcess,
    private readonly folder: string,
    private readonly port: number,
  ) {}

  /**
   * Resolves once it listens. The shipped configuration finds gateways by a name, four times a minute; here they are ports, and
   * Prometheus scrapes them each second.
   */
  static async start(gateways: readonly number[]): Promise<Prometheus> {
    const folder = mkdtempSync(join(tmpdir(), 'prometheus-'));
    cpSync(SHIPPED, folder, { recursive: true });
    const file = join(folder, 'prometheus.yml');
    const configuration = parse(readFileSync(file, 'utf8')) as Configuration;
    configuration.global = { scrape_interval: '1s', scrape_timeout: '1s', evaluation_interval: '1s' };
    for (const scrape of configuration.scrape_configs) {
      delete scrape.dns_sd_configs;
      scrape.static_configs = [{ targets: gateways.map((port) => `127.0.0.1:${port}`) }];
    }
    writeFileSync(file, stringify(configuration));
    const port = await freePort();
    const place = [`--web.listen-address=127.0.0.1:${port}`, `--storage.tsdb.path=${join(folder, 'data')}`];
    const child = spawn('prometheus', [`--config.file=${file}`, ...place], { stdio: 'ignore' });
    await once(child, 'spawn');
    while (child.exitCode === null && !(await listens(port))) continue;
    if (child.exitCode !== null) throw new Error(`Prometheus ended with ${child.exitCode}`);
    return new Prometheus(child, folder, port);
  }

  /** The value of a query that has one; NaN while there is none. */
  async value(query: string): Promise<number> {
    const { result } = (await this.#get(`query?query=${encodeURIComponent(query)}`)) as {
      result: { value: [number, string] }[];
    };
    return Number(result[0]?.value[1] ?? NaN);
  }

  async alerts(): Promise<Alert[]> {
    const { groups } = (await this.#get('rules')) as { groups: { rules: Alert[] }[] };
    return groups.flatMap(({ rules }) => rules.map(({ name, health, state }) => ({ name, health, state })));
  }

  async stop(): Promise<void> {
    const exited = once(this.process, 'exit');
    this.process.kill('SIGKILL');
    await exited;
    rmSync(this.folder, { recursive: true });
  }

  async #get(path: string): Promise<unknown> {
    for (;;) {
      const answer = await fetch(`http://127.0.0.1:${this.port}/api/v1/${path}`);
      // it listens before it has read its storage
      if (answer.ok) return ((await answer.json()) as { data: unknown }).data;
      await answer.text();
    }
  }
}
