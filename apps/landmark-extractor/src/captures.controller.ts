import {
  ConflictException,
  Controller,
  Delete,
  Get,
  HttpCode,
  HttpStatus,
  NotFoundException,
  Param,
  UseGuards,
} from '@nestjs/common';
import type { CaptureSummary } from './capture-summary.js';
import { ReadersGuard } from './readers.guard.js';
import { ReferenceExtractor } from './reference-extractor.js';
import { ResultsGuard } from './results.guard.js';

/** What arrived of a capture, for the page and for operators. docs/integration/landmarks.md. */
@Controller('landmark_extractor/captures')
@UseGuards(ResultsGuard, ReadersGuard)
export class CapturesController {
  constructor(private readonly extractor: ReferenceExtractor) {}

  @Get(':capture_id')
  async summary(@Param('capture_id') capture_id: string): Promise<CaptureSummary> {
    // the numbers of a capture that has just ended are of all its pictures
    await this.extractor.caughtUp(capture_id);
    return this.#known(capture_id);
  }

  /** Forgets a capture that is over. */
  @Delete(':capture_id')
  @HttpCode(HttpStatus.NO_CONTENT)
  discard(@Param('capture_id') capture_id: string): void {
    this.#known(capture_id);
    if (!this.extractor.discard(capture_id)) throw new ConflictException('the capture runs');
  }

  #known(capture_id: string): CaptureSummary {
    const summary = this.extractor.find(capture_id);
    if (!summary) throw new NotFoundException('no such capture in the last ten minutes');
    return summary;
  }
}
