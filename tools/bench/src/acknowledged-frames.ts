import type { CaptureService, CaptureWatch } from '@a3cp/capture-domain';
import type { Counted } from './measured-server.js';

/**
 * Observes every capture of a gateway. Counts the acknowledged frames, and the time of each from its acceptance: what
 * `forward_duration_seconds` measures, in exact values.
 */
export class AcknowledgedFrames implements Counted {
  frames = 0;
  readonly waits_ms: number[] = [];

  constructor(captures: CaptureService) {
    const connect = captures.connect.bind(captures);
    captures.connect = (observer, origin) => connect(observer, { ...origin, watch: this.#beside(origin.watch) });
  }

  #beside(watch: CaptureWatch): CaptureWatch {
    const accepted_at: number[] = [];
    return {
      get traceparent() {
        return watch.traceparent;
      },
      stepped: (event, before, step) => {
        if (event.type === 'forward.settled') {
          this.frames += 1;
          this.waits_ms.push(performance.now() - (accepted_at.shift() ?? NaN));
        }
        for (const { type } of step.effects) if (type === 'forward') accepted_at.push(performance.now());
        watch.stepped(event, before, step);
      },
    };
  }
}
