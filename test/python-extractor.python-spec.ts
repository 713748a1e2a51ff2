import { playCapture, readFrames, startSession } from '@a3cp/capture-cli';
import { run } from '@a3cp/conformance';
import { DirectLandmarkForwarder } from '@a3cp/landmark-forwarders';
import { SessionManagerModule } from '@a3cp/session-manager';
import { greyJpeg } from '@a3cp/testing';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import type { INestApplication } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { randomUUID } from 'node:crypto';
import { PassThrough } from 'node:stream';
import { text } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';
import { GatewayProcess } from './support/gateway-process.js';
import { quote } from './support/protocol.js';
import { PythonExtractor } from './support/python-extractor.js';
import { killServices } from './support/service-process.js';
import { END, frame, OPEN } from './support/stream-messages.js';

const SAMPLE = fileURLToPath(new URL('../assets/sample-capture.mjpeg', import.meta.url));
const PICTURE = greyJpeg(640, 480, 2_000);
const SECRET = 'a secret of at least thirty-two bytes';

let extractor: PythonExtractor;

afterEach(async () => {
  extractor.signal('SIGKILL');
  await extractor.exited;
});

it('examples/python-extractor passes every check of npm run conformance that it can', async () => {
  extractor = await PythonExtractor.start({ LANDMARK_STREAM_SECRET: SECRET });
  const [stdout, stderr] = [new PassThrough(), new PassThrough()];
  const code = await run(['extractor', '--url', extractor.url, '--secret', SECRET], { stdout, stderr });
  const lines = (await text(stdout.end())).split('\n');
  expect(lines.filter((line) => !line.endsWith('pass'))).toEqual([
    'a-capture-id-of-another       skip  needs an extractor that knows captures after their end',
    'a-result                      skip  needs results over HTTP (401)',
    'the-result-of-a-repeated-end  skip  needs results over HTTP (401)',
    'the-result-of-a-cut-stream    skip  needs results over HTTP (401)',
    expect.stringMatching(/^\d+ passed, 0 failed, 4 skipped$/),
    '',
  ]);
  expect({ code, stderr: await text(stderr.end()) }).toEqual({ code: 0, stderr: '' });
});

it(quote('Serve those that run, for 27 s at most.'), async () => {
  extractor = await PythonExtractor.start();
  const forwarder = new DirectLandmarkForwarder(extractor.url);
  const stream = await forwarder.open(OPEN, new AbortController().signal);
  await stream.forward(frame(1, PICTURE));
  extractor.signal('SIGTERM');
  await openRefused(forwarder);
  await stream.forward(frame(2, PICTURE));
  await stream.end(END);
  expect(await extractor.exited).toBe(0);
  expect(extractor.log).toContain('capture.close: 2 frames, 2 with landmarks');
});

/** Resolves once an open is refused; ends the captures of those that were accepted before. */
async function openRefused(forwarder: DirectLandmarkForwarder): Promise<void> {
  for (;;) {
    const capture_id = randomUUID();
    const stream = await forwarder.open({ ...OPEN, capture_id }, new AbortController().signal).catch(() => null);
    if (!stream) return;
    await stream.end({ ...END, capture_id, frame_count: 0, last_seq: 0 });
  }
}

describe('through the gateway', () => {
  let session_manager: INestApplication;

  beforeAll(async () => {
    session_manager = await NestFactory.create(SessionManagerModule, { logger: false });
    await session_manager.listen(0, '127.0.0.1');
  });

  beforeEach(async () => {
    extractor = await PythonExtractor.start({ LANDMARK_STREAM_SECRET: SECRET });
  });

  afterAll(async () => {
    await killServices();
    await session_manager.close();
  });

  it('each frame of a capture is confirmed by the extractor in Python', async () => {
    const SESSION_MANAGER_URL = await session_manager.getUrl();
    const gateway = await GatewayProcess.start({
      SESSION_MANAGER_URL,
      LANDMARK_FORWARDER: 'direct',
      LANDMARK_EXTRACTOR_URL: extractor.url,
      LANDMARK_STREAM_SECRET: SECRET,
    });
    const frames = await readFrames(SAMPLE);
    const session = { user_id: 'u1', session_id: await startSession(SESSION_MANAGER_URL, 'u1') };
    const io = { stdout: new PassThrough().resume(), stderr: new PassThrough().resume() };
    const result = await playCapture({ url: gateway.url(), capture_id: randomUUID(), session, frames, fps: 15 }, io);
    expect(result).toMatchObject({ kind: 'completed', frames: frames.length });
    extractor.signal('SIGTERM');
    await extractor.exited;
    const count = frames.length;
    expect(extractor.log.slice(1)).toEqual([`capture.close: ${count} frames, ${count} with landmarks`]);
  });
});
