import { type CaptureEvent, type CaptureState, type CaptureWatch, Clock, type Transition } from '@a3cp/capture-domain';
import { Injectable } from '@nestjs/common';
import { CameraFeedMetrics } from './camera-feed-metrics.js';
import { MeteredCapture } from './metered-capture.js';

/** Looks on at every capture of the application. */
@Injectable()
export class CaptureMonitor {
  constructor(
    private readonly metrics: CameraFeedMetrics,
    private readonly clock: Clock,
  ) {}

  /** Who looks on at the capture of a new connection. */
  watch(): CaptureWatch {
    const metered = new MeteredCapture(this.metrics, this.clock);
    return {
      traceparent: null,
      stepped: (event: CaptureEvent, before: CaptureState, step: Transition) => metered.stepped(event, before, step),
    };
  }
}
