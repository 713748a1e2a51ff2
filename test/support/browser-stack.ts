import { SCHEMA_VERSION } from '@a3cp/capture-protocol';
import type { CaptureSummary } from '@a3cp/landmark-extractor';
import { type ChildProcess, spawn } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';

const MAIN = fileURLToPath(new URL('../../apps/local-stack/dist/main.js', import.meta.url));

/** The built stack, in a process of its own as `npm start` runs it. */
export class BrowserStack {
  readonly #process: ChildProcess;
  readonly #exited: Promise<unknown>;

  private constructor(
    process: ChildProcess,
    /** Where it listens. */
    readonly origin: string,
  ) {
    this.#process = process;
    this.#exited = process.exitCode === null ? once(process, 'exit') : Promise.resolve();
  }

  /** Resolves once it listens, on a free port unless `env` says which. */
  static async start(env: Record<string, string> = {}): Promise<BrowserStack> {
    const stack = spawn(process.execPath, [MAIN], {
      env: { ...process.env, HOST: '127.0.0.1', PORT: '0', ...env },
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    for await (const line of createInterface({ input: stack.stdout })) {
      const [origin] = /http:\/\/\S+:\d+/.exec(line) ?? [];
      if (!origin) continue;
      // what else it says is not looked at, and must not fill the pipe
      stack.stdout.resume();
      return new BrowserStack(stack, origin);
    }
    throw new Error('the stack ended before it listened');
  }

  get port(): string {
    return new URL(this.origin).port;
  }

  /** What its extractor made of a capture, once that has ended. */
  async ended(capture_id: string): Promise<CaptureSummary> {
    for (;;) {
      const answer = await fetch(`${this.origin}/landmark_extractor/captures/${capture_id}`);
      const summary = (await answer.json()) as CaptureSummary;
      if (summary.terminal) return summary;
    }
  }

  /** Ends a session, as anybody but the page does. */
  async endSession(session: { user_id: string; session_id: string }): Promise<void> {
    const timestamp = new Date().toISOString();
    const message = {
      schema_version: SCHEMA_VERSION,
      record_id: randomUUID(),
      timestamp,
      end_time: timestamp,
      ...session,
    };
    const answer = await fetch(`${this.origin}/session_manager/sessions.end`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(message),
    });
    if (!answer.ok) throw new Error(`session_manager answered ${answer.status}`);
  }

  /** Stops the clock of the process: it keeps its connections and answers nothing. */
  freeze(): void {
    this.#process.kill('SIGSTOP');
  }

  thaw(): void {
    this.#process.kill('SIGCONT');
  }

  /** Ends it as a crash does; resolves once it is gone. */
  async kill(): Promise<void> {
    this.#process.kill('SIGKILL');
    await this.#exited;
  }
}
