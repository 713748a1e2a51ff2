import 'reflect-metadata';
import { playCapture, readFrames, startSession } from '@a3cp/capture-cli';
import { CAPTURE_PATHS } from '@a3cp/capture-protocol';
import type { CaptureSummary } from '@a3cp/landmark-extractor';
import { NestFactory } from '@nestjs/core';
import { WsAdapter } from '@nestjs/platform-ws';
import { randomUUID } from 'node:crypto';
import { fileURLToPath } from 'node:url';
import { readConfig } from './config.js';
import { followLandmarks } from './landmark-progress.js';
import { LocalStackModule } from './local-stack.module.js';

const SAMPLE = fileURLToPath(new URL('../../../assets/sample-capture.mjpeg', import.meta.url));
const USER_ID = 'demo-user';
const FPS = 15;

const { landmark_threads } = readConfig();
const app = await NestFactory.create(LocalStackModule.with({ landmark_threads }), { logger: ['error', 'warn'] });
try {
  app.useWebSocketAdapter(new WsAdapter(app));
  await app.listen(0, '127.0.0.1');
  const origin = await app.getUrl();
  console.log(`The gateway, session_manager and the landmark extractor run on ${origin}`);

  const frames = await readFrames(SAMPLE);
  const session_id = await startSession(origin, USER_ID);
  console.log(`A session is started; ${frames.length} camera frames go out at ${FPS} a second over one WebSocket.`);

  const url = `${origin.replace('http', 'ws')}${CAPTURE_PATHS[0]}`;
  const capture_id = randomUUID();
  const result = await playCapture(
    { url, capture_id, session: { user_id: USER_ID, session_id }, frames, fps: FPS },
    process,
  );
  if (result.kind !== 'completed') throw new Error(`The capture was not delivered. ${result.explanation}`);

  const capture = `${origin}/landmark_extractor/captures/${capture_id}`;
  if (landmark_threads > 0) {
    console.log('It arrived. The extractor looks for landmarks in every frame:');
    await followLandmarks(capture, result.frames, process.stderr);
  }
  const answer = await fetch(capture);
  if (!answer.ok) throw new Error(`The extractor does not know the capture: ${answer.status}`);
  const { frame_count, byte_count, first_seq, last_seq, mean_luma, processed, with_person, landmark_rate, terminal } =
    (await answer.json()) as CaptureSummary;
  console.log('What the landmark extractor received:');
  console.table({ frame_count, byte_count, first_seq, last_seq, mean_luma, terminal: terminal?.event });
  if (landmark_threads > 0) {
    console.log('What it found in them:');
    console.table({ processed, with_person, landmark_rate });
  }

  const whole = frame_count === result.frames && byte_count === result.bytes && terminal?.event === 'capture.close';
  if (!whole) throw new Error(`Frames were lost: ${result.frames} frames of ${result.bytes} bytes were sent.`);
  const left_out = frames.length - result.frames;
  if (left_out > 0) throw new Error(`Nothing was lost, but ${left_out} of ${frames.length} frames were left out.`);
  console.log(`Nothing was left out, and nothing was lost. What next:

  npm start        the same stack with a page: open it in a browser and make a capture with your camera
  README.md        "In your platform" takes the boundary into a Nest application
  PROTOCOL.md      what a client sends, for a client of your own`);
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
} finally {
  await app.close();
}
