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
  UseGuards,
} from '@nestjs/common';
import type { Readable } from 'node:stream';
import type { CaptureLandmarks } from './capture-landmarks.js';
import type { FrameResult } from './landmarks/frame-result.js';
import { ReadersGuard } from './readers.guard.js';
import { ReferenceExtractor } from './reference-extractor.js';
import { ResultAnswers } from './result-answers.js';
import { ResultsGuard } from './results.guard.js';

/** Proxies and caches must not keep or change data about a person. */
const UNCACHED = 'no-cache, no-store, no-transform';

/** The landmarks of a capture, while it runs and after. docs/integration/landmarks.md. */
@Controller('landmark_extractor/captures/:capture_id')
@UseGuards(ResultsGuard, ReadersGuard)
export class LandmarksController {
  constructor(
    private readonly extractor: ReferenceExtractor,
    private readonly answers: ResultAnswers,
  ) {}

  /** Server-sent events, or with `format=json` all there are when every frame is done. */
  @Get('landmarks')
  @Header('Cache-Control', UNCACHED)
  // some proxies buffer a stream without this header
  @Header('X-Accel-Buffering', 'no')
  landmarks(@Param('capture_id') capture_id: string, @Query('format') format: unknown): StreamableFile {
    switch (format) {
      case undefined:
        return new StreamableFile(this.answers.events(this.#kept(capture_id)), { type: 'text/event-stream' });
      case 'json': {
        const { complete, results } = this.#done(capture_id);
        return json(this.answers.landmarks({ capture_id, complete }, results));
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
        return json(this.answers.features({ capture_id, complete }, results));
      }
      case 'npy': {
        const { file, length } = this.answers.npy(this.#done(capture_id).results);
        return new StreamableFile(file, { disposition: 'attachment; filename="features.npy"', length });
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
    if (landmarks === null) throw new NotFoundException('landmarks are turned off');
    if (landmarks.state === 'dropped') throw new GoneException('dropped for newer captures');
    return landmarks;
  }
}

function json(answer: Readable): StreamableFile {
  return new StreamableFile(answer, { type: 'application/json; charset=utf-8' });
}
