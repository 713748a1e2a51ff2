import { type CaptureEvent, type CaptureState, type CaptureWatch, Clock, type Transition } from '@a3cp/capture-domain';
import { Injectable } from '@nestjs/common';
import type { IncomingMessage } from 'node:http';
import { CameraFeedMetrics } from './camera-feed-metrics.js';
import { MeteredCapture } from './metered-capture.js';
import { TracedCapture } from './traced-capture.js';
import { readTraceparent } from './traceparent.js';

/** Observes every capture of the application. */
@Injectable()
export class CaptureMonitor {
  constructor(
    private readonly metrics: CameraFeedMetrics,
    private readonly clock: Clock,
  ) {}

  /** Returns the observers of the capture of this request's connection. */
  watch({ headers }: IncomingMessage): CaptureWatch {
    const metered = new MeteredCapture(this.metrics, this.clock);
    return new WatchedCapture(metered, new TracedCapture(readTraceparent(headers['traceparent'])));
  }
}

class WatchedCapture implements CaptureWatch {
  constructor(
    private readonly metered: MeteredCapture,
    private readonly traced: TracedCapture,
  ) {}

  get traceparent(): string | null {
    return this.traced.traceparent;
  }

  stepped(event: CaptureEvent, before: CaptureState, step: Transition): void {
    this.metered.stepped(event, before, step);
    this.traced.stepped(event, before, step);
  }
}
