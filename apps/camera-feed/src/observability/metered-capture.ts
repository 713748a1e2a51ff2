import type { CaptureEvent, CaptureState, CaptureWatch, Clock, Transition } from '@a3cp/capture-domain';
import type { CameraFeedMetrics } from './camera-feed-metrics.js';
import { verdictOf } from './capture-verdict.js';

/** Counts and measures one capture. What it does for a frame is a few additions, however many captures run. */
export class MeteredCapture implements Pick<CaptureWatch, 'stepped'> {
  /** When the frames were accepted that are not acknowledged yet, oldest first: as few as the forward buffer holds. */
  readonly #accepted_at: number[] = [];

  constructor(
    private readonly metrics: CameraFeedMetrics,
    private readonly clock: Clock,
  ) {}

  stepped(event: CaptureEvent, before: CaptureState, step: Transition): void {
    if (event.type === 'forward.settled' && awaitsFrames(before)) this.#acknowledged(event.byte_length);
    for (const effect of step.effects) if (effect.type === 'forward') this.#accepted(effect.item.byte_length);
    const verdict = verdictOf(event, before, step);
    if (verdict === null) return;
    const { outcome, error_code } = verdict;
    if (before.phase === 'idle' && outcome === 'rejected') this.metrics.rejected_connections.inc({ cause: error_code });
    else this.metrics.captures.inc({ outcome, error_code });
  }

  #accepted(byte_length: number): void {
    this.metrics.accepted_frames.add(1);
    this.metrics.accepted_bytes.add(byte_length);
    this.#accepted_at.push(this.clock.now());
  }

  #acknowledged(byte_length: number): void {
    this.metrics.forwarded_frames.add(1);
    this.metrics.forwarded_bytes.add(byte_length);
    const accepted_at = this.#accepted_at.shift();
    if (accepted_at !== undefined) this.metrics.forward_seconds.observe((this.clock.now() - accepted_at) / 1000);
  }
}

/** Whether an acknowledgement still counts: one that comes after its frame was given up does not. */
function awaitsFrames(state: CaptureState): boolean {
  return (
    state.phase === 'active' || state.phase === 'closing' || (state.phase === 'aborting' && state.step === 'settling')
  );
}
