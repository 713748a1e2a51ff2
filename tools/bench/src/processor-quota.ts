import { existsSync, mkdirSync, readdirSync, rmdirSync, writeFileSync } from 'node:fs';

/** Of one processor. */
export const WORKER_SHARE = 1 / 4;

/** Short, so that a process that has used its share does not stand still for long. */
const PERIOD_US = 10_000;

/** Version 1 of cgroups has a tree for each controller, version 2 one for all. */
const VERSION_1 = existsSync('/sys/fs/cgroup/cpu');
const TREE = VERSION_1 ? '/sys/fs/cgroup/cpu' : '/sys/fs/cgroup';
const PREFIX = 'a3cp-bench-';

/** Limits one process to {@link WORKER_SHARE} by its own cgroup. */
export class ProcessorQuota {
  /** Whether this system lets us. */
  static readonly possible = ProcessorQuota.#try();

  readonly #group: string;

  /** Makes the cgroup; its name must be unique. */
  constructor(name: string) {
    const quota_us = String(PERIOD_US * WORKER_SHARE);
    this.#group = `${TREE}/${PREFIX}${name}`;
    mkdirSync(this.#group);
    try {
      if (VERSION_1) {
        this.#write('cpu.cfs_period_us', String(PERIOD_US));
        this.#write('cpu.cfs_quota_us', quota_us);
      } else this.#write('cpu.max', `${quota_us} ${PERIOD_US}`);
    } catch (error) {
      this.release();
      throw error;
    }
  }

  hold(pid: number): void {
    this.#write('cgroup.procs', String(pid));
  }

  /** When the process has ended. */
  release(): void {
    rmdirSync(this.#group);
  }

  #write(file: string, value: string): void {
    writeFileSync(`${this.#group}/${file}`, value);
  }

  static #try(): boolean {
    try {
      // a run that was cut off has left its own behind
      for (const name of readdirSync(TREE)) if (name.startsWith(PREFIX)) rmdirSync(`${TREE}/${name}`);
      new ProcessorQuota(`try-${process.pid}`).release();
      return true;
    } catch {
      return false;
    }
  }
}
