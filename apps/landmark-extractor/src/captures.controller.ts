import { Controller, Get, NotFoundException, Param, UseGuards } from '@nestjs/common';
import type { CaptureSummary } from './capture-summary.js';
import { ReadersGuard } from './readers.guard.js';
import { ReferenceExtractor } from './reference-extractor.js';
import { ResultsGuard } from './results.guard.js';

/** Lets an operator, or the demo, see what arrived. */
@Controller('landmark_extractor/captures')
@UseGuards(ResultsGuard, ReadersGuard)
export class CapturesController {
  constructor(private readonly extractor: ReferenceExtractor) {}

  @Get(':capture_id')
  async summary(@Param('capture_id') capture_id: string): Promise<CaptureSummary> {
    // the numbers of a capture that has just ended are of all its pictures
    await this.extractor.caughtUp(capture_id);
    const summary = this.extractor.find(capture_id);
    if (!summary) throw new NotFoundException('no such capture in the last ten minutes');
    return summary;
  }
}
