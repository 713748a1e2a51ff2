import { afterEach, describe, expect, it } from '@jest/globals';
import { setTimeout } from 'node:timers/promises';
import { NpmScript } from './support/npm-script.js';

/** A start with a look at whether the build is up to date, and 75 frames, on a slow machine. */
const TIMEOUT_MS = 240_000;

const LOOK_AGAIN_MS = 20;

let script: NpmScript;

afterEach(async () => {
  if (script.process.exitCode === null) script.signal('SIGKILL');
  await script.exited;
});

/** Resolves once the script has written this; rejects if it ends before. */
async function said(words: string): Promise<void> {
  while (!script.output.includes(words)) {
    if (script.process.exitCode !== null) throw new Error(`it ended without "${words}": ${script.output}`);
    await setTimeout(LOOK_AGAIN_MS);
  }
}

/** What npm started and is still there. */
function leftBehind(): boolean {
  try {
    script.signal(0);
    return true;
  } catch {
    return false;
  }
}

describe('npm start, of which npm alone is sent SIGTERM, leaves no process behind', () => {
  it.each([
    ['while it builds', 'Building'],
    ['while it runs', 'Ctrl-C stops'],
  ])(
    '%s',
    async (_when, words) => {
      script = new NpmScript(['start'], { PORT: '0', LANDMARK_THREADS: '0' });
      await said(words);
      script.process.kill('SIGTERM');
      await script.exited;
      expect(leftBehind()).toBe(false);
    },
    TIMEOUT_MS,
  );
});

it(
  'npm start says which variable it does not take, and which command does',
  async () => {
    script = new NpmScript(['start'], { PORT: '0', CAPTURE_TICKET_SECRET: 'x'.repeat(32) });
    expect(await script.exited).toBe(1);
    expect(script.output).toContain(
      'CAPTURE_TICKET_SECRET must not be set for npm start; npm run start:camera-feed reads it',
    );
  },
  TIMEOUT_MS,
);

it(
  'npm run demo says that it builds, how many frames have their landmarks, and what to do next',
  async () => {
    script = new NpmScript(['run', 'demo'], { LANDMARK_THREADS: '1' });
    expect([await script.exited, script.output]).toEqual([0, expect.stringMatching(/^Building/m)]);
    expect(script.output).toContain('75/75 frames looked at');
    expect(script.output).toMatch(/What next:\n\n {2}npm start /);
  },
  TIMEOUT_MS,
);
