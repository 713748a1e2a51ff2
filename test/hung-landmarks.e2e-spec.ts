import type { ForwardItem, LandmarkStream } from '@a3cp/capture-domain';
import type { CaptureSummary } from '@a3cp/landmark-extractor';
import { afterEach, beforeEach, expect, it } from '@jest/globals';
import { Logger } from '@nestjs/common';
import sharp from 'sharp';
import { LandmarkThread } from '../apps/landmark-extractor/src/landmarks/landmark-thread.js';
import { ThreadedLandmarkFinder } from '../apps/landmark-extractor/src/landmarks/threaded-landmark-finder.js';
import { Extractor, frameItem, streamEnd, streamOpen } from './support/extractor.js';
import { ManualClock } from './support/manual-clock.js';

const HONEST = 20;
const FRAMES = 3;

/** The height of a picture in which the thread below waits for ever. */
const ENDLESS = 32;

const PROGRAM = `import { parentPort } from "node:worker_threads";
  parentPort.postMessage({ type: "loaded" });
  parentPort.on("message", ({ type, id, picture }) => {
    if (type === "release") return;
    if (picture.height === ${ENDLESS}) Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0);
    parentPort.postMessage({ type: "found", id, landmarks: { pose: null, left_hand: null, right_hand: null, face: null } });
  });`;

let extractor: Extractor;
/** The finder's own, so that nothing else times out. */
let clock: ManualClock;
let lines: [line: string, place: string][];

beforeEach(async () => {
  clock = new ManualClock();
  const program = new URL(`data:text/javascript,${encodeURIComponent(PROGRAM)}`);
  extractor = await Extractor.start(new ThreadedLandmarkFinder(1, clock, () => new LandmarkThread(clock, program)));
  lines = [];
  Logger.overrideLogger({
    log: () => undefined,
    warn: () => undefined,
    error: (line: string, place: string) => lines.push([line, place]),
  });
});

afterEach(async () => {
  await extractor.app.close();
  Logger.overrideLogger(false);
});

async function summary(capture_id: string): Promise<CaptureSummary> {
  return (await (await extractor.get('', capture_id)).json()) as CaptureSummary;
}

/** A capture of one picture in which the thread never ends. */
async function attack(capture_id: string): Promise<void> {
  const open = { ...streamOpen(capture_id, 'mallory'), height: ENDLESS };
  const payload = await sharp({ create: { width: 64, height: ENDLESS, channels: 3, background: '#777' } })
    .jpeg()
    .toBuffer();
  const item: ForwardItem = {
    ...(await frameItem(1, capture_id)),
    payload,
    byte_length: payload.length,
    height: ENDLESS,
  };
  const stream = await extractor.forwarder.open(open, new AbortController().signal);
  await stream.forward(item);
  await stream.end(streamEnd(1, { capture_id }));
  await extractor.decoded(capture_id);
}

/** Sends the other frames of a capture and its end. */
async function finish(stream: LandmarkStream, capture_id: string): Promise<void> {
  for (let seq = 2; seq <= FRAMES; seq++) await stream.forward(await frameItem(seq, capture_id));
  await stream.end(streamEnd(FRAMES, { capture_id }));
}

it('a picture in which the landmark thread hangs costs its own capture one frame, and the captures of 20 others nothing', async () => {
  const names = Array.from({ length: HONEST - 1 }, (_, n) => `c${n}`);
  const running: LandmarkStream[] = [];
  for (const name of names) {
    const stream = await extractor.open(name, name);
    running.push(stream);
    await stream.forward(await frameItem(1, name));
    while ((await summary(name)).processed < 1) continue;
  }

  await attack('endless');
  await Promise.all(running.map((stream, n) => finish(stream, names[n] ?? '')));
  const last = await extractor.open('last', 'last');
  await last.forward(await frameItem(1, 'last'));
  await finish(last, 'last');
  clock.advance(29_000);
  for (const name of names) expect(await summary(name)).toMatchObject({ processed: 1, terminal: { error_code: null } });

  clock.advance(1_000);
  for (const name of [...names, 'last']) {
    expect(await (await extractor.get('/landmarks', name)).text()).toMatch(/event: end/);
    expect(await summary(name)).toMatchObject({ landmark_state: 'complete', processed: FRAMES });
  }
  expect(await summary('endless')).toMatchObject({ landmark_state: 'failed', processed: 0, frame_count: 1 });

  await attack('endless again');
  clock.advance(30_000);
  while ((await summary('endless again')).landmark_state === 'running') continue;
  expect(lines).toEqual([['Finding the landmarks of a frame failed', expect.stringContaining('landmark-thread')]]);
  expect(lines.join()).not.toMatch(/endless|mallory/);
});
