import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';

const PROGRAM = fileURLToPath(new URL('../../examples/python-extractor/extractor.py', import.meta.url));

/** Debian's own Python, which finds the modules of Debian's packages; another `python3` can come first in the PATH. */
const PYTHON = '/usr/bin/python3';

/** examples/python-extractor in a process of its own, on a free port. */
export class PythonExtractor {
  /** What it has printed so far, line by line. */
  readonly log: string[] = [];
  readonly exited: Promise<number | null>;
  url = '';
  readonly #process: ChildProcess;

  private constructor(env: Record<string, string>) {
    this.#process = spawn(PYTHON, [PROGRAM], {
      env: { ...process.env, PORT: '0', ...env },
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    // 'close' and not 'exit', by which everything is read that it has printed
    this.exited = once(this.#process, 'close').then(([code]) => code as number | null);
  }

  /** Resolves once it listens. */
  static async start(env: Record<string, string> = {}): Promise<PythonExtractor> {
    const extractor = new PythonExtractor(env);
    await extractor.#listening();
    return extractor;
  }

  signal(signal: NodeJS.Signals): void {
    this.#process.kill(signal);
  }

  async #listening(): Promise<void> {
    const { stdout } = this.#process;
    if (!stdout) throw new Error('the extractor prints nothing');
    await new Promise<void>((resolve, reject) => {
      createInterface({ input: stdout }).on('line', (line) => {
        this.log.push(line);
        const [, url] = /^Listening on (ws:.+)$/.exec(line) ?? [];
        if (url === undefined) return;
        this.url = url;
        resolve();
      });
      this.#process.once('close', () => reject(new Error('the extractor did not start')));
    });
  }
}
