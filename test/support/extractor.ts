import {
  Clock,
  type ForwardItem,
  type LandmarkForwarder,
  type LandmarkStream,
  type StreamEnd,
  type StreamOpen,
} from '@a3cp/capture-domain';
import { LandmarkExtractorModule, ReferenceExtractor } from '@a3cp/landmark-extractor';
import { DirectLandmarkForwarder } from '@a3cp/landmark-forwarders';
import { at } from '@a3cp/testing';
import type { CanActivate, INestApplication } from '@nestjs/common';
import { WsAdapter } from '@nestjs/platform-ws';
import { Test, type TestingModuleBuilder } from '@nestjs/testing';
import type { AddressInfo, Server } from 'node:net';
import sharp from 'sharp';
import { LandmarkFinder } from '../../apps/landmark-extractor/src/landmarks/landmark-finder.js';
import { ManualClock } from './manual-clock.js';

/** Needs its escapes in a URL. */
const CAPTURE_ID = 'c1/é';

export function streamOpen(capture_id = CAPTURE_ID, user_id = 'u1'): StreamOpen {
  return {
    capture_id,
    user_id,
    session_id: 's1',
    record_id: 'r1',
    schema_version: '1.0.1',
    timestamp_start: new Date(at(0)),
    fps_target: 15,
    width: 64,
    height: 48,
    encoding: 'jpeg',
  };
}

/** The end of a capture after so many frames. */
export function streamEnd(frames: number, overrides: Partial<StreamEnd> = {}): StreamEnd {
  return {
    event: 'capture.close',
    capture_id: CAPTURE_ID,
    record_id: 'r2',
    timestamp_end: new Date(at(1_000)),
    error_code: null,
    frame_count: frames,
    last_seq: frames,
    ...overrides,
  };
}

/** A small grey JPEG. */
export async function frameItem(seq = 1, capture_id = CAPTURE_ID): Promise<ForwardItem> {
  const background = { r: 90, g: 90, b: 90 };
  const payload = await sharp({ create: { width: 64, height: 48, channels: 3, background } })
    .jpeg()
    .toBuffer();
  const { encoding, width, height, user_id, session_id } = streamOpen();
  const numbers = { seq, timestamp_frame: new Date(at(seq * 66)), byte_length: payload.length };
  return { capture_id, ...numbers, payload, encoding, width, height, user_id, session_id };
}

/** The reference extractor on a free port, with a finder of the test's and a clock moved by hand. */
export class Extractor {
  readonly clock = new ManualClock();
  app!: INestApplication;
  origin!: string;
  forwarder!: LandmarkForwarder;

  /** Without a finder no landmarks are looked for. */
  static start(
    finder: LandmarkFinder | null = null,
    stream_secret: string | null = null,
    results_guard?: CanActivate,
  ): Promise<Extractor> {
    const options = {
      landmark_threads: 0,
      direct_stream: true,
      stream_secret,
      ...(results_guard && { results_guard }),
    };
    const module = Test.createTestingModule({ imports: [LandmarkExtractorModule.forRoot(options)] });
    return new Extractor().#listen(module.overrideProvider(LandmarkFinder).useValue(finder));
  }

  /** With one thread that finds landmarks for real. */
  static startReal(): Promise<Extractor> {
    const options = { landmark_threads: 1, direct_stream: true };
    const module = Test.createTestingModule({ imports: [LandmarkExtractorModule.forRoot(options)] });
    return new Extractor().#listen(module);
  }

  async #listen(builder: TestingModuleBuilder): Promise<this> {
    const module = await builder.overrideProvider(Clock).useValue(this.clock).compile();
    this.app = module.createNestApplication({ logger: false });
    this.app.useWebSocketAdapter(new WsAdapter(this.app));
    await this.app.listen(0, '127.0.0.1');
    this.origin = `127.0.0.1:${((this.app.getHttpServer() as Server).address() as AddressInfo).port}`;
    this.forwarder = new DirectLandmarkForwarder(`ws://${this.origin}/landmark_extractor/stream`);
    return this;
  }

  /** A capture over the direct transport. */
  open(capture_id?: string, user_id?: string): Promise<LandmarkStream> {
    return this.forwarder.open(streamOpen(capture_id, user_id), new AbortController().signal);
  }

  /** Resolves once every frame that the extractor owns by now is decoded. */
  async decoded(capture_id = CAPTURE_ID): Promise<void> {
    await this.app.get(ReferenceExtractor).caughtUp(capture_id);
  }

  /** What is told of a capture, or with a path of a part of it. */
  get(path = '', capture_id?: string): Promise<Response> {
    return fetch(this.url(path, capture_id));
  }

  url(path = '', capture_id = CAPTURE_ID): string {
    return `http://${this.origin}/landmark_extractor/captures/${encodeURIComponent(capture_id)}${path}`;
  }
}
