import type { ForwardItem, StreamEnd, StreamOpen } from '@a3cp/capture-domain';
import { type ExtractorStream, LandmarkExtractor } from '@a3cp/landmark-forwarders';
import { Injectable, Module } from '@nestjs/common';
import { Subject } from 'rxjs';

/** What the platform learns from one capture. */
export interface CaptureResult {
  readonly capture_id: string;
  readonly user_id: string;
  readonly frames: number;
  readonly bytes: number;
  /** Whether the client ended the capture with `capture.close`. */
  readonly complete: boolean;
}

/** Counts frames, where a real platform finds landmarks. */
@Injectable()
export class Extractor extends LandmarkExtractor {
  readonly results = new Subject<CaptureResult>();

  override open({ capture_id, user_id }: StreamOpen): Promise<ExtractorStream> {
    let frames = 0;
    let bytes = 0;
    const finish = (complete: boolean): void => this.results.next({ capture_id, user_id, frames, bytes, complete });
    return Promise.resolve({
      // the gateway sends the next frame once this resolves
      frame: async ({ byte_length }: ForwardItem) => {
        frames += 1;
        bytes += byte_length;
      },
      end: async ({ event }: StreamEnd) => finish(event === 'capture.close'),
      lost: () => finish(false),
    });
  }
}

@Module({ providers: [Extractor], exports: [Extractor] })
export class ExtractorModule {}
