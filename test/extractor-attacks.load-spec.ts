import { CaptureSocketClient, terminateClients } from '@a3cp/testing';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { ExtractorProcess } from './support/extractor-process.js';
import { GatewayProcess } from './support/gateway-process.js';
import { workThrough } from './support/honest-captures.js';
import { progressiveJpegOf } from './support/jpeg.js';
import { Platform } from './support/platform.js';
import { sampleFrames } from './support/sample-frames.js';
import { killServices } from './support/service-process.js';
import { COMPLETED, type Verdict, verdictOf } from './support/verdict.js';

/** Captures of others while an attack runs, each of a user of its own, and how many of them at once. */
const HONEST = 20;
const AT_ONCE = 4;
const PICTURES = 15;

const MAX_GROWTH_BYTES = 64_000_000;

/** What takes libvips 25 s of processor time, if it opens it. */
const SVG = Buffer.from(
  '<svg xmlns="http://www.w3.org/2000/svg" width="640" height="480"><filter id="f"><feGaussianBlur stdDeviation="200"/>' +
    `<feTurbulence numOctaves="10"/></filter>${'<rect width="640" height="480" filter="url(#f)"/>'.repeat(60)}</svg>`,
);

let platform: Platform;
let extractor: ExtractorProcess;
let gateway: GatewayProcess;
let attacker: ChildProcess | null;
let frames: Buffer[];

beforeEach(async () => {
  [platform, frames] = [await Platform.start(), await sampleFrames()];
  extractor = await ExtractorProcess.start({ LANDMARK_THREADS: '1' });
  gateway = await GatewayProcess.start({
    ...platform.env,
    LANDMARK_EXTRACTOR_URL: `ws://127.0.0.1:${extractor.port}/landmark_extractor/stream`,
    // the extractor is held to what it does by itself
    FRAME_INSPECTION: 'off',
  });
  attacker = null;
});

afterEach(async () => {
  terminateClients();
  if (attacker) {
    const gone = once(attacker, 'exit');
    attacker.kill('SIGKILL');
    await gone;
  }
  await killServices();
  await platform.stop();
});

/** The most bytes that were resident in the extractor since it was last asked. */
function peakMemory(): number {
  const status = readFileSync(`/proc/${extractor.pid}/status`, 'utf8');
  writeFileSync(`/proc/${extractor.pid}/clear_refs`, '5');
  return Number(/VmHWM:\s+(\d+) kB/.exec(status)?.[1]) * 1024;
}

/** Starts the attack of a program of test/support; `told` hears what it tells. */
function attackWith(program: string, order: object, told: (message: unknown) => void): void {
  attacker = fork(fileURLToPath(new URL(`support/${program}`, import.meta.url)), { execArgv: [] });
  attacker.on('message', told);
  attacker.send(order);
}

/** A camera's capture, 15 pictures a second. */
async function honestCapture(name: string, pictures = PICTURES): Promise<Verdict> {
  const client = await CaptureSocketClient.connect(gateway.url());
  client.open({ user_id: name, session_id: name, capture_id: name });
  for (let seq = 1; seq <= pictures && client.socket.readyState === client.socket.OPEN; seq++) {
    client.frame(seq, frames[seq % frames.length], { user_id: name, session_id: name, capture_id: name });
    await new Promise((clicked) => setTimeout(clicked, 1_000 / 15));
  }
  client.close({ user_id: name, session_id: name, capture_id: name });
  return verdictOf(client);
}

async function honestCaptures(kind: string): Promise<Verdict[]> {
  const names = Array.from({ length: HONEST }, (_, n) => `${kind}-${n}`);
  const line = async (first: number): Promise<Verdict[]> => {
    const verdicts: Verdict[] = [];
    for (let n = first; n < HONEST; n += AT_ONCE) verdicts.push(await honestCapture(names[n] ?? ''));
    return verdicts;
  };
  return (await Promise.all(Array.from({ length: AT_ONCE }, (_, first) => line(first)))).flat();
}

const ALL_WELL = Array.from({ length: HONEST }, () => COMPLETED);

describe('while one session makes captures without end, those of 20 other users are whole, where each has', () => {
  it.each<[string, string, (sample: Buffer[]) => Buffer[]]>([
    ['15 honest frames in one burst', 'limit_concurrent_captures_exceeded', (sample) => sample.slice(0, 15)],
    ['a picture of 24,000 scans', 'forward_failed', () => [progressiveJpegOf(24_000)]],
    ['an SVG of 60 filters', 'forward_failed', () => [SVG]],
  ])('%s, and its own end as %s', async (_what, refusal, framesOf) => {
    await workThrough(gateway.url());
    expect(await honestCaptures('before')).toEqual(ALL_WELL);
    const before = peakMemory();

    const ends = new Set<unknown>();
    const base64 = framesOf(frames).map((frame) => frame.toString('base64'));
    const order = { url: gateway.url(), user_id: 'mallory', session_id: 'mallory', loops: 2, frames: base64 };
    await new Promise<void>((refused) =>
      attackWith('capture-loops.mjs', order, (end) => {
        ends.add(end);
        if (end === refusal) refused();
      }),
    );
    expect(await honestCaptures('meanwhile')).toEqual(ALL_WELL);

    const told = ['completed', refusal, 'limit_concurrent_captures_exceeded'];
    expect(told).toEqual(expect.arrayContaining([...ends]));
    expect(peakMemory() - before).toBeLessThan(MAX_GROWTH_BYTES);
    expect((await extractor.ended('meanwhile-0')).user_id).toBe('meanwhile-0');
  });
});

describe('while 400 readers ask for one capture at once, those of 20 other users are whole, where they read', () => {
  const SECONDS_15 = 225;

  it.each<[string, { readonly path: string; readonly again: boolean; readonly running: boolean }]>([
    ['the stream of events of a running capture', { path: '/landmarks', again: false, running: true }],
    ['the JSON of a finished one, again and again', { path: '/landmarks?format=json', again: true, running: false }],
    ['its file for NumPy, again and again', { path: '/features?format=npy', again: true, running: false }],
  ])('%s', async (_what, { path, again, running }) => {
    // one that is finished comes first, since others would share the thread that looks at its frames
    if (!running) {
      expect(await honestCapture('watched')).toEqual(COMPLETED);
      while ((await extractor.summary('watched'))?.landmark_state === 'running') continue;
    }
    await workThrough(gateway.url());
    expect(await honestCaptures('before')).toEqual(ALL_WELL);
    const watched = running ? honestCapture('watched', SECONDS_15) : COMPLETED;
    while (!(await extractor.summary('watched'))) continue;
    const before = peakMemory();

    const answers: { readonly status: number; readonly retry_after: string | null }[] = [];
    const order = { port: extractor.port, path: `/landmark_extractor/captures/watched${path}`, readers: 400, again };
    await new Promise<void>((all) =>
      attackWith('result-readers.mjs', order, (answer) => {
        if (answers.push(answer as (typeof answers)[number]) === order.readers) all();
      }),
    );
    expect(await honestCaptures('meanwhile')).toEqual(ALL_WELL);

    expect(await watched).toEqual(COMPLETED);
    expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([200, 429]));
    expect(answers.every(({ status, retry_after }) => status === 200 || retry_after === '1')).toBe(true);
    if (!again) expect(answers.filter(({ status }) => status === 200)).toHaveLength(20);
    expect(peakMemory() - before).toBeLessThan(MAX_GROWTH_BYTES);
  });
});
