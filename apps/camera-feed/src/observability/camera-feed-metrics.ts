import {
  CAPTURE_LIMITS,
  type CaptureLimits,
  CaptureRepository,
  type CaptureState,
  type SessionStatus,
} from '@a3cp/capture-domain';
import { Inject, Injectable } from '@nestjs/common';
import { Counter, Gauge, type GaugeConfiguration, Histogram, Registry } from 'prom-client';
import { UPGRADE_REFUSALS } from '../admission/upgrade-refusal.js';
import { CAPTURE_VERDICTS, REJECTION_CAUSES } from './capture-verdict.js';

/** What the name of every metric begins with. */
export const METRICS_PREFIX = 'a3cp_camera_feed_';

/** From a forwarder in the same process to `forward_timeout_ms`. */
const FORWARD_SECONDS = [0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2, 3];

/** From an answer out of memory to `session_timeout_ms`. */
const SESSION_SECONDS = [0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2];

/** What may come of a check of a session. */
const SESSION_RESULTS = ['active', 'closed', 'invalid', 'unavailable'] as const satisfies readonly (
  SessionStatus | 'unavailable'
)[];

const PHASES = ['opening', 'active', 'closing', 'aborting'] as const satisfies readonly CaptureState['phase'][];

/** What was counted since the counter was last read. So a frame costs an addition, and no look-up of labels. */
class Sum {
  #since_reading = 0;

  add(value: number): void {
    this.#since_reading += value;
  }

  take(): number {
    const grown = this.#since_reading;
    this.#since_reading = 0;
    return grown;
  }
}

/**
 * What a gateway counts and measures. No label has a value but words of our own, so nothing a client says, and no
 * identifier, can ever be in a metric. What comes with every frame has no label at all.
 */
@Injectable()
export class CameraFeedMetrics {
  /** All of them; a registry of this application's own, for `/metrics` or to be merged into a platform's. */
  readonly registry = new Registry();

  readonly captures = this.#counter('captures_total', 'Captures that ended, by how', ['outcome', 'error_code']);
  readonly rejected_connections = this.#counter(
    'rejected_connections_total',
    'Connections closed before they had a capture',
    ['cause'],
  );
  readonly refused_upgrades = this.#counter('refused_upgrades_total', 'Requests for a WebSocket not let in', [
    'reason',
  ]);
  readonly connections = this.#gauge('connections', 'Connections let in and not closed yet');

  readonly accepted_frames = this.#sum('accepted_frames_total', 'Frames taken from clients');
  readonly accepted_bytes = this.#sum('accepted_bytes_total', 'Bytes of the frames taken from clients');
  readonly forwarded_frames = this.#sum('forwarded_frames_total', 'Frames the extractor acknowledged');
  readonly forwarded_bytes = this.#sum('forwarded_bytes_total', 'Bytes of the frames the extractor acknowledged');
  readonly forward_seconds = this.#histogram(
    'forward_duration_seconds',
    'From a frame accepted to its acknowledgement by the extractor',
    FORWARD_SECONDS,
  );
  readonly port_failures = this.#counter(
    'port_failures_total',
    "Calls of the platform's own code that failed, by the option that gave it",
    ['port'],
  );
  readonly session_check_seconds = this.#histogram(
    'session_check_duration_seconds',
    "Until session_manager's answer, by what it was",
    SESSION_SECONDS,
    ['result'],
  );

  constructor(repository: CaptureRepository, @Inject(CAPTURE_LIMITS) limits: CaptureLimits) {
    // a series that is there before its first event lets a rate see that event
    for (const { outcome, error_code } of CAPTURE_VERDICTS) this.captures.inc({ outcome, error_code }, 0);
    for (const cause of REJECTION_CAUSES) this.rejected_connections.inc({ cause }, 0);
    for (const reason of Object.keys(UPGRADE_REFUSALS)) this.refused_upgrades.inc({ reason }, 0);
    for (const result of SESSION_RESULTS) this.session_check_seconds.zero({ result });
    this.#measureLoad(repository);
    this.#showLimits(limits);
  }

  /** What the captures hold is counted when it is asked for, and not when it changes, which is with every frame. */
  #measureLoad(repository: CaptureRepository): void {
    this.#gauge<'phase'>('running_captures', 'Captures that run, by how far they are', {
      labelNames: ['phase'],
      collect() {
        const counts = new Map<string, number>();
        for (const { state } of repository.all()) counts.set(state.phase, (counts.get(state.phase) ?? 0) + 1);
        for (const phase of PHASES) this.set({ phase }, counts.get(phase) ?? 0);
      },
    });
    this.#gauge('buffer_frames', 'Frames accepted and not acknowledged yet', {
      collect() {
        let held = 0;
        for (const { state } of repository.all()) if ('buffered_frames' in state) held += state.buffered_frames;
        this.set(held);
      },
    });
    this.#gauge('buffer_bytes', 'Frame bytes held, or promised room', {
      collect() {
        this.set(repository.held_bytes);
      },
    });
  }

  #showLimits(limits: CaptureLimits): void {
    this.#gauge('connections_limit', 'Connections there may be').set(limits.max_connections);
    this.#gauge('running_captures_limit', 'Captures that may run').set(limits.max_concurrent_captures);
    this.#gauge('buffer_limit_bytes', 'Frame bytes that may be held').set(limits.max_buffered_bytes);
    // the only one that does not add up over several processes
    const of_capture = this.#gauge('capture_buffer_limit_frames', 'Frames of one capture that may wait', {
      aggregator: 'max',
    });
    of_capture.set(limits.max_forward_buffer_frames);
  }

  #counter<Label extends string = never>(name: string, help: string, labelNames: Label[] = []): Counter<Label> {
    return new Counter({ name: METRICS_PREFIX + name, help, labelNames, registers: [this.registry] });
  }

  #sum(name: string, help: string): Sum {
    const sum = new Sum();
    new Counter({
      name: METRICS_PREFIX + name,
      help,
      registers: [this.registry],
      collect() {
        this.inc(sum.take());
      },
    });
    return sum;
  }

  #gauge<Label extends string = never>(
    name: string,
    help: string,
    more: Pick<GaugeConfiguration<Label>, 'labelNames' | 'collect' | 'aggregator'> = {},
  ): Gauge<Label> {
    return new Gauge({ name: METRICS_PREFIX + name, help, registers: [this.registry], ...more });
  }

  #histogram<Label extends string = never>(
    name: string,
    help: string,
    buckets: number[],
    labelNames: Label[] = [],
  ): Histogram<Label> {
    return new Histogram({ name: METRICS_PREFIX + name, help, labelNames, buckets, registers: [this.registry] });
  }
}
