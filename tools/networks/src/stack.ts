import { startSession } from '@a3cp/capture-cli';
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';

const PROGRAM = fileURLToPath(new URL('../../../apps/local-stack/dist/main.js', import.meta.url));

/** Between two readings of the gateway's buffer. */
const READING_MS = 50;

/** The maximum of the gateway's buffer over all readings. */
export interface HeldMost {
  frames: number;
  bytes: number;
}

/** The built gateway with session_manager and an extractor in one new process, as `npm start` runs them. */
export class LaboratoryStack {
  private constructor(
    private readonly process: ChildProcess,
    readonly origin: string,
  ) {}

  /** Resolves once it listens on a free port. */
  static async start(): Promise<LaboratoryStack> {
    const stack = spawn(process.execPath, [PROGRAM], {
      env: { HOST: '127.0.0.1', PORT: '0', LANDMARK_THREADS: '0', NO_COLOR: '1' },
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    for await (const line of createInterface({ input: stack.stdout })) {
      const [origin] = /http:\/\/\S+:\d+/.exec(line) ?? [];
      if (!origin) continue;
      // nothing else of its output is of interest, but a full pipe would stop it
      stack.stdout.resume();
      return new LaboratoryStack(stack, origin);
    }
    throw new Error('the stack ended before it listened');
  }

  get port(): string {
    return new URL(this.origin).port;
  }

  startSession(user_id: string): Promise<string> {
    return startSession(this.origin, user_id);
  }

  /** Reads the gateway's buffer until `work` settles. The stack must not have another capture at that time. */
  async watchBuffer(work: Promise<unknown>): Promise<HeldMost> {
    const most: HeldMost = { frames: 0, bytes: 0 };
    const over = work.then(
      () => 'over',
      () => 'over',
    );
    do {
      const exposition = await (await fetch(`${this.origin}/metrics`)).text();
      most.frames = Math.max(most.frames, valueOf(exposition, 'a3cp_camera_feed_buffer_frames'));
      most.bytes = Math.max(most.bytes, valueOf(exposition, 'a3cp_camera_feed_buffer_bytes'));
    } while ((await Promise.race([over, sleep(READING_MS)])) !== 'over');
    return most;
  }

  async stop(): Promise<void> {
    const exited = once(this.process, 'exit');
    this.process.kill('SIGKILL');
    await exited;
  }
}

function valueOf(exposition: string, metric: string): number {
  const [, value] = new RegExp(`^${metric} (\\S+)$`, 'm').exec(exposition) ?? [];
  if (value === undefined) throw new Error(`the gateway has no metric ${metric}`);
  return Number(value);
}
