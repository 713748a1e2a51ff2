import { Clock, type StreamEnd, type StreamOpen } from '@a3cp/capture-domain';
import { LandmarkExtractorModule, ReferenceExtractor } from '@a3cp/landmark-extractor';
import { DirectLandmarkForwarder } from '@a3cp/landmark-forwarders';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import type { INestApplication } from '@nestjs/common';
import { WsAdapter } from '@nestjs/platform-ws';
import { Test } from '@nestjs/testing';
import type { AddressInfo, Server } from 'node:net';
import sharp from 'sharp';
import { ManualClock } from './support/manual-clock.js';
import { at } from './support/messages.js';
import { quote } from './support/protocol.js';

const OPEN: StreamOpen = {
  capture_id: 'c1/é',
  user_id: 'u1',
  session_id: 's1',
  record_id: 'r1',
  schema_version: '1.0.1',
  timestamp_start: new Date(at(0)),
  fps_target: 15,
  width: 64,
  height: 48,
  encoding: 'jpeg',
};

const END: StreamEnd = {
  event: 'capture.close',
  capture_id: OPEN.capture_id,
  record_id: 'r2',
  timestamp_end: new Date(at(1_000)),
  error_code: null,
  frame_count: 1,
  last_seq: 1,
};

let app: INestApplication;
let clock: ManualClock;
let origin: string;
let forwarder: DirectLandmarkForwarder;

beforeEach(async () => {
  clock = new ManualClock();
  const module = await Test.createTestingModule({ imports: [LandmarkExtractorModule] })
    .overrideProvider(Clock)
    .useValue(clock)
    .compile();
  app = module.createNestApplication({ logger: false });
  app.useWebSocketAdapter(new WsAdapter(app));
  await app.listen(0, '127.0.0.1');
  origin = `127.0.0.1:${((app.getHttpServer() as Server).address() as AddressInfo).port}`;
  forwarder = new DirectLandmarkForwarder(`ws://${origin}/landmark_extractor/stream`);
});

afterEach(() => app.close());

async function frame() {
  const background = { r: 90, g: 90, b: 90 };
  const payload = await sharp({ create: { width: 64, height: 48, channels: 3, background } })
    .jpeg()
    .toBuffer();
  const { capture_id, encoding, width, height, user_id, session_id } = OPEN;
  const numbers = { seq: 1, timestamp_frame: new Date(at(66)), byte_length: payload.length };
  return { capture_id, ...numbers, payload, encoding, width, height, user_id, session_id };
}

function summary(capture_id = OPEN.capture_id): Promise<Response> {
  return fetch(`http://${origin}/landmark_extractor/captures/${encodeURIComponent(capture_id)}`);
}

describe('GET /landmark_extractor/captures/{capture_id}', () => {
  it('tells what arrived over the direct transport', async () => {
    const stream = await forwarder.open(OPEN, new AbortController().signal);
    const item = await frame();
    await stream.forward(item);
    await stream.end(END);
    const answer = await summary();
    expect(answer.status).toBe(200);
    expect(await answer.json()).toEqual({
      capture_id: OPEN.capture_id,
      user_id: 'u1',
      session_id: 's1',
      frame_count: 1,
      byte_count: item.byte_length,
      first_seq: 1,
      last_seq: 1,
      mean_luma: 90,
      terminal: { event: 'capture.close', error_code: null, timestamp_end: '2026-01-01T00:00:01.000Z' },
    });
  });

  it('is 404 for a capture it does not know, whose name it does not repeat', async () => {
    const answer = await summary('no-such-capture');
    expect(answer.status).toBe(404);
    expect(await answer.text()).not.toContain('no-such-capture');
  });
});

describe('the stream', () => {
  it('refuses a picture that is broken, and takes the end all the same', async () => {
    const stream = await forwarder.open(OPEN, new AbortController().signal);
    const item = await frame();
    const payload = item.payload.subarray(0, -30);
    await expect(stream.forward({ ...item, payload, byte_length: payload.length })).rejects.toThrow();
    await stream.end({ ...END, event: 'capture.abort', error_code: 'forward_failed', frame_count: 0, last_seq: 0 });
    expect(await (await summary()).json()).toMatchObject({
      frame_count: 0,
      terminal: { error_code: 'forward_failed' },
    });
  });

  it(
    quote(
      'An extractor whose stream breaks without an end ends the capture itself as capture.abort with gateway_lost.',
    ),
    async () => {
      const lifetime = new AbortController();
      await forwarder.open(OPEN, lifetime.signal);
      lifetime.abort();
      // the shutdown waits for every stream to be over
      await app.close();
      expect(app.get(ReferenceExtractor).find(OPEN.capture_id)?.terminal).toMatchObject({ error_code: 'gateway_lost' });
      expect(clock.running).toBe(0);
    },
  );
});

describe('shutdown', () => {
  it('lets a running capture finish and takes no new one', async () => {
    const stream = await forwarder.open(OPEN, new AbortController().signal);
    const stopped = app.close();
    await expect(forwarder.open({ ...OPEN, capture_id: 'c2' }, new AbortController().signal)).rejects.toThrow();
    await stream.forward(await frame());
    await stream.end(END);
    await stopped;
  });
});
