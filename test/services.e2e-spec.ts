import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { NpmScript } from './support/npm-script.js';

/** Three starts, each after a look at whether its build is up to date, on a slow machine. */
const START_TIMEOUT_MS = 240_000;

const scripts: NpmScript[] = [];

async function start(script: string, env: Record<string, string> = {}): Promise<string> {
  const started = new NpmScript(['run', script], { HOST: '127.0.0.1', PORT: '0', ...env });
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
    const capture = new NpmScript(['run', 'capture', '--', ...options]);
    expect([await capture.exited, capture.output]).toEqual([0, expect.stringContaining('completed: 75 frames')]);
    const [, capture_id = ''] = /as capture (\S+)/.exec(capture.output) ?? [];
    const answer = await fetch(`${landmark_extractor}/landmark_extractor/captures/${capture_id}`);
    expect(await answer.json()).toMatchObject({
      frame_count: 75,
      first_seq: 1,
      last_seq: 75,
      terminal: { event: 'capture.close', error_code: null },
    });
  });

  it('stop on a SIGTERM that npm alone is sent, as a supervisor does, and say nothing of who was captured', async () => {
    for (const script of scripts) script.process.kill('SIGTERM');
    expect(await Promise.all(scripts.map(({ exited }) => exited))).toEqual([0, 0, 0]);
    for (const { output } of scripts) {
      expect(output).toContain('"Stopped"');
      expect(output).not.toContain('demo-user');
    }
  });
});

it('a wrong variable stops the gateway at once and is named', async () => {
  const script = new NpmScript(['run', 'start:camera-feed'], { MAX_FPS: 'fast' });
  expect(await script.exited).toBe(1);
  expect(script.output).toContain('MAX_FPS must be a whole number');
});
