import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';

const ROOT = fileURLToPath(new URL('../', import.meta.url));

/** Three starts, each after a look at whether its build is up to date, on a slow machine. */
const START_TIMEOUT_MS = 240_000;

/** An npm script of the project, run as an operator runs it. */
class Script {
  readonly process: ChildProcess;
  readonly exited: Promise<number | null>;
  output = '';
  readonly #listening: Promise<string>;

  constructor(args: string[], env: Record<string, string> = {}) {
    // a group of its own, so that a signal reaches npm, its shell and the program
    this.process = spawn('npm', args, {
      cwd: ROOT,
      detached: true,
      env: { ...process.env, NODE_ENV: 'production', NO_COLOR: '1', ...env },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    this.exited = once(this.process, 'exit').then(([code]) => code as number | null);
    this.process.stderr?.on('data', (data: Buffer) => (this.output += data.toString()));
    this.#listening = new Promise((resolve, reject) => {
      createInterface({ input: this.process.stdout as NodeJS.ReadableStream }).on('line', (line) => {
        this.output += `${line}\n`;
        const [, origin] = /Listening on ([^\s"]+)/.exec(line) ?? [];
        if (origin) resolve(origin);
      });
      this.exited.then(() => reject(new Error(this.output)), reject);
    });
    // a script that is not to listen is looked at through `exited`
    this.#listening.catch(() => undefined);
  }

  /** Where it listens, once it does. */
  listening(): Promise<string> {
    return this.#listening;
  }

  signal(signal: NodeJS.Signals): void {
    if (this.process.pid !== undefined) process.kill(-this.process.pid, signal);
  }
}

const scripts: Script[] = [];

async function start(script: string, env: Record<string, string> = {}): Promise<string> {
  const started = new Script(['run', script], { HOST: '127.0.0.1', PORT: '0', ...env });
  scripts.push(started);
  return started.listening();
}

describe('the three services, each by its npm script', () => {
  let session_manager: string;
  let landmark_extractor: string;
  let camera_feed: string;

  beforeAll(async () => {
    [session_manager, landmark_extractor] = await Promise.all([
      start('start:session-manager'),
      start('start:landmark-extractor'),
    ]);
    camera_feed = await start('start:camera-feed', {
      SESSION_MANAGER_URL: session_manager,
      LANDMARK_EXTRACTOR_URL: `${landmark_extractor.replace('http', 'ws')}/landmark_extractor/stream`,
    });
  }, START_TIMEOUT_MS);

  afterAll(async () => {
    for (const script of scripts) if (script.process.exitCode === null) script.signal('SIGKILL');
    await Promise.all(scripts.map(({ exited }) => exited));
  });

  it('are alive and ready', async () => {
    for (const origin of [camera_feed, session_manager, landmark_extractor]) {
      for (const path of ['/health/live', '/health/ready']) {
        expect((await fetch(origin + path)).status).toBe(200);
      }
    }
  });

  it('carry the sample capture from its file to the extractor', async () => {
    const url = `${camera_feed.replace('http', 'ws')}/api/camera_feed_worker/capture`;
    const options = ['--url', url, '--session-manager', session_manager, '--file', 'assets/sample-capture.mjpeg'];
    const capture = new Script(['run', 'capture', '--', ...options]);
    expect([await capture.exited, capture.output]).toEqual([0, expect.stringContaining('completed: 75 frames')]);
    const [, capture_id = ''] = /as capture (\S+)/.exec(capture.output) ?? [];
    const answer = await fetch(`${landmark_extractor}/landmark_extractor/captures/${capture_id}`);
    expect(await answer.json()).toMatchObject({
      frame_count: 75,
      first_seq: 1,
      last_seq: 75,
      terminal: { event: 'capture.close', error_code: null },
    });
  }, 60_000);

  it('stop on SIGTERM, and say nothing of who was captured', async () => {
    for (const script of scripts) script.signal('SIGTERM');
    await Promise.all(scripts.map(({ exited }) => exited));
    for (const { output } of scripts) expect(output).not.toContain('demo-user');
  }, 30_000);
});

it('a wrong variable stops the gateway at once and is named', async () => {
  const script = new Script(['run', 'start:camera-feed'], { MAX_FPS: 'fast' });
  expect(await script.exited).toBe(1);
  expect(script.output).toContain('MAX_FPS must be a whole number');
}, 60_000);
