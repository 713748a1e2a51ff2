import {
  BadRequestException,
  ConflictException,
  Controller,
  Get,
  GoneException,
  Header,
  NotFoundException,
  Param,
  Query,
  StreamableFile,
} from '@nestjs/common';
import type { CaptureLandmarks } from './capture-landmarks.js';
import { jsonStream } from './json-stream.js';
import { LandmarkEvents } from './landmark-events.js';
import { FEATURE_COLUMNS, featureRow } from './landmark-features.js';
import { rounded, toFrameLandmarks } from './landmarks/frame-landmarks.js';
import type { FrameResult } from './landmarks/frame-result.js';
import { npyOf } from './npy.js';
import { ReferenceExtractor } from './reference-extractor.js';

/** Nobody on the way keeps or changes what shows a person. */
const UNCACHED = 'no-cache, no-store, no-transform';

/** The landmarks of a capture, while it runs and after. PROTOCOL.md, "Landmarks". */
@Controller('landmark_extractor/captures/:capture_id')
export class LandmarksController {
  constructor(private readonly extractor: ReferenceExtractor) {}

  /** Server-sent events, or with `format=json` all there are when every frame is done. */
  @Get('landmarks')
  @Header('Cache-Control', UNCACHED)
  // some proxies hold a stream back unless they are told
  @Header('X-Accel-Buffering', 'no')
  landmarks(@Param('capture_id') capture_id: string, @Query('format') format: unknown): StreamableFile {
    switch (format) {
      case undefined:
        return new StreamableFile(new LandmarkEvents(this.#kept(capture_id)), { type: 'text/event-stream' });
      case 'json': {
        const { complete, results } = this.#done(capture_id);
        return json({ capture_id, complete }, 'frames', mapped(results, toFrameLandmarks));
      }
      default:
        throw new BadRequestException('format is json, or absent for a stream of events');
    }
  }

  /** The feature matrix when every frame is done, as JSON or as a file for NumPy. */
  @Get('features')
  @Header('Cache-Control', UNCACHED)
  features(@Param('capture_id') capture_id: string, @Query('format') format: unknown): StreamableFile {
    switch (format) {
      case undefined:
      case 'json': {
        const { complete, results } = this.#done(capture_id);
        const seq = results.map((result) => result.seq);
        const timestamp_frame = results.map((result) => result.timestamp_frame);
        const head = { capture_id, complete, seq, timestamp_frame, columns: FEATURE_COLUMNS };
        return json(
          head,
          'rows',
          mapped(results, (result) => Array.from(featureRow(result), rounded)),
        );
      }
      case 'npy': {
        const rows = this.#done(capture_id).results.map(featureRow);
        const disposition = 'attachment; filename="features.npy"';
        return new StreamableFile(npyOf(rows, FEATURE_COLUMNS.length), { disposition });
      }
      default:
        throw new BadRequestException('format is json or npy');
    }
  }

  #done(capture_id: string): { complete: boolean; results: readonly FrameResult[] } {
    const { state, results } = this.#kept(capture_id);
    if (state === 'running') throw new ConflictException('not every frame is done');
    return { complete: state === 'complete', results };
  }

  #kept(capture_id: string): CaptureLandmarks {
    const landmarks = this.extractor.landmarks(capture_id);
    if (landmarks === undefined) throw new NotFoundException('no such capture in the last ten minutes');
    if (landmarks === null) throw new NotFoundException('no landmarks are looked for');
    if (landmarks.state === 'dropped') throw new GoneException('dropped for newer captures');
    return landmarks;
  }
}

function json(head: object, list: string, items: Iterable<unknown>): StreamableFile {
  return new StreamableFile(jsonStream(head, list, items), { type: 'application/json; charset=utf-8' });
}

function* mapped<From, To>(items: Iterable<From>, map: (item: From) => To): Generator<To> {
  for (const item of items) yield map(item);
}
