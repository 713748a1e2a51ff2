import { CAPTURE_PATHS, CAPTURE_SUBPROTOCOL } from '@a3cp/capture-protocol';
import { CaptureSocketClient, terminateClients } from '@a3cp/testing';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { readFileSync } from 'node:fs';
import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { NpmScript } from './support/npm-script.js';
import { Platform } from './support/platform.js';
import { sampleFrames } from './support/sample-frames.js';

const PROBE = readFileSync(new URL('support/seal-probe.mjs', import.meta.url)).toString('base64');

/** What came of each attempt of `seal-probe.mjs`. */
type Outcomes = Readonly<Record<string, string>>;

let directory: string;
let platform: Platform;

beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'seal-'));
  platform = await Platform.start();
});

afterAll(async () => {
  terminateClients();
  await platform.stop();
  await rm(directory, { recursive: true });
});

/** The gateway by one of its npm scripts, on what was built for these tests, with the probe in its process. */
class ProbedGateway {
  private constructor(
    readonly script: NpmScript,
    readonly origin: string,
    readonly pid: number,
    readonly outcomes: Outcomes,
  ) {}

  static async start(name: string): Promise<ProbedGateway> {
    const script = new NpmScript(['run', '--ignore-scripts', name], {
      ...platform.env,
      HOST: '127.0.0.1',
      PORT: '0',
      PROBE_DIRECTORY: directory,
      NODE_OPTIONS: `--import=data:text/javascript;base64,${PROBE}`,
    });
    const origin = await script.listening();
    const [, pid, outcomes = '{}'] = /^Probe (\d+) (.*)$/m.exec(script.output) ?? [];
    return new ProbedGateway(script, origin, Number(pid), JSON.parse(outcomes) as Outcomes);
  }

  /** Resolves with the exit code, which npm passes on. */
  async stop(): Promise<number | null> {
    if (this.script.process.exitCode === null) process.kill(this.pid, 'SIGTERM');
    return this.script.exited;
  }
}

describe('npm run start:camera-feed:sealed', () => {
  let gateway: ProbedGateway;

  beforeAll(async () => {
    gateway = await ProbedGateway.start('start:camera-feed:sealed');
  });

  afterAll(() => gateway.stop());

  it.each([
    'write a file',
    'write a file later',
    'make a directory',
    'read a file of the system',
    'start a program',
    'start a thread',
    'write a heap snapshot',
    'write a report',
    'open the inspector',
  ])('cannot %s', (attempt) => {
    expect(gateway.outcomes[attempt]).toBe('ERR_ACCESS_DENIED');
  });

  it('leaves no core dump, and reads frames by the native addon', () => {
    const lines = (name: string): string[] => readFileSync(`/proc/${gateway.pid}/${name}`, 'utf8').split('\n');
    const [, hard_limit] = lines('limits').flatMap(
      (line) => /^Max core file size +(\S+) +(\S+)/.exec(line)?.slice(1) ?? [],
    );
    expect(hard_limit).toBe('0');
    expect(lines('maps').some((line) => line.endsWith('/bufferutil.node'))).toBe(true);
  });

  it('serves the contract it was built with', async () => {
    const page = await fetch(`${gateway.origin}/docs/`);
    expect(page.status).toBe(200);
    expect(await page.text()).toContain('<html');
  });

  it('shows its memory, and no number that it would have to read from a file', async () => {
    const exposed = await (await fetch(`${gateway.origin}/metrics`)).text();
    expect(Number(/^process_resident_memory_bytes (\S+)$/m.exec(exposed)?.[1])).toBeGreaterThan(10_000_000);
    expect(exposed).not.toMatch(/^process_(virtual_memory_bytes|heap_bytes|open_fds|max_fds) /m);
  });

  it('takes a whole capture and tells nobody of it', async () => {
    // no further ahead of a camera than the limits let it be
    const frames = (await sampleFrames()).slice(0, 15);
    const url = gateway.origin.replace('http', 'ws') + CAPTURE_PATHS[0];
    const client = await CaptureSocketClient.connect(url, [CAPTURE_SUBPROTOCOL]);
    client.open({ user_id: 'someone', capture_id: 'sealed-capture' });
    for (const [index, jpeg] of frames.entries()) {
      client.frame(index + 1, jpeg, { capture_id: 'sealed-capture' });
    }
    client.close({ capture_id: 'sealed-capture' });
    expect(await client.closed).toEqual({ code: 1000, reason: 'completed' });

    const { extractor } = platform;
    const arrived = Buffer.concat(extractor.frames.map(({ payload }) => payload));
    expect(arrived.equals(Buffer.concat(frames))).toBe(true);
    expect(extractor.ends).toMatchObject([{ event: 'capture.close', error_code: null, frame_count: 15 }]);
    expect(gateway.script.output).not.toMatch(/someone|sealed-capture/);
    expect(await readdir(directory)).toEqual([]);
  });

  it('says nothing of a client that breaks the transport, opens no inspector for a signal, and exits with 0', async () => {
    const client = await CaptureSocketClient.connect(gateway.origin.replace('http', 'ws') + CAPTURE_PATHS[0]);
    client.bytes(Buffer.alloc(300_001));
    expect((await client.closed).code).toBe(1009);
    process.kill(gateway.pid, 'SIGUSR1');
    expect((await fetch(`${gateway.origin}/health/live`)).status).toBe(200);
    expect(await gateway.stop()).toBe(0);
    expect(gateway.script.output).not.toMatch(/error|payload|Debugger listening|Starting inspector/i);
  });
});

it('says of WORKERS that it cannot be, sealed', async () => {
  const env = { ...platform.env, PORT: '0', WORKERS: '2' };
  const script = new NpmScript(['run', '--ignore-scripts', 'start:camera-feed:sealed'], env);
  expect(await script.exited).toBe(1);
  expect(script.output).toContain('WORKERS must be 1 for a sealed gateway');
});

it('reads the variables of a file that --env-file names', async () => {
  const file = join(directory, 'secret');
  await writeFile(file, 'PORT=none');
  const named = ['run', '--ignore-scripts', 'start:camera-feed:sealed', '--', `--env-file=${file}`];
  const script = new NpmScript(named, platform.env);
  expect(await script.exited).toBe(1);
  expect(script.output).toContain('PORT must be a whole number');
  await rm(file);
});

it('what is not sealed can do all of that', async () => {
  const gateway = await ProbedGateway.start('start:camera-feed');
  await gateway.stop();
  expect(new Set(Object.values(gateway.outcomes))).toEqual(new Set(['done']));
  expect(gateway.script.output).toContain('Debugger listening');
  expect(await readdir(directory)).toHaveLength(5);
});
