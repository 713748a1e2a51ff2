import { Clock, type StreamOpen } from '@a3cp/capture-domain';
import { type ExtractorStream, LandmarkExtractor, Nak } from '@a3cp/landmark-forwarders';
import { Injectable, type OnModuleDestroy } from '@nestjs/common';
import type { CaptureLandmarks } from './capture-landmarks.js';
import type { CaptureSummary } from './capture-summary.js';
import { DecodeQueue } from './decode-queue.js';
import { LandmarkQueue } from './landmark-queue.js';
import { ReceivedCapture } from './received-capture.js';

/** Captures in memory at once, running and over. */
const MAX_CAPTURES = 1_000;

/** Captures whose landmarks are in memory, about 1.5 MB each; those that are unfinished are never dropped. */
const MAX_CAPTURES_WITH_LANDMARKS = 100;

/** How long a capture that is over is remembered. */
const KEPT_MS = 10 * 60_000;

const SWEEP_INTERVAL_MS = 10_000;

/** Longest time without a frame or an end, whatever else a gateway says: more than a gateway gives a whole capture. */
const MAX_IDLE_MS = 30_000;

/** One capture, until it is forgotten. */
interface Kept {
  readonly capture: ReceivedCapture;
  forget_at: number;
}

/**
 * The reference extractor: acknowledges a frame when it owns it, then decodes every frame once, finds its landmarks, and
 * keeps only numbers. It remembers a capture for ten minutes after the end, and at most 1,000 captures; the one that ended
 * first makes room. PROTOCOL.md, "Downstream" and "Landmarks".
 */
@Injectable()
export class ReferenceExtractor extends LandmarkExtractor implements OnModuleDestroy {
  readonly #kept = new Map<string, Kept>();
  #stopSweeping: (() => void) | null = null;

  constructor(
    private readonly clock: Clock,
    private readonly decoding: DecodeQueue,
    private readonly queue: LandmarkQueue,
  ) {
    super();
  }

  /** The summary of a capture that runs or ended within the last ten minutes. */
  find(capture_id: string): CaptureSummary | undefined {
    return this.#remembered(capture_id)?.summary();
  }

  /** Resolves when every frame that the extractor owns by now of a capture is decoded. */
  async caughtUp(capture_id: string): Promise<void> {
    await this.#remembered(capture_id)?.caughtUp();
  }

  /** The landmarks of a capture that {@link find} knows; null if none are looked for. */
  landmarks(capture_id: string): CaptureLandmarks | null | undefined {
    return this.#remembered(capture_id)?.landmarks;
  }

  open(open: StreamOpen): Promise<ExtractorStream> {
    const known = this.#remembered(open.capture_id);
    if (known && !known.isOf(open)) return Promise.reject(new Nak('duplicate_capture'));
    if (this.queue.full || !this.#makeRoom()) return Promise.reject(new Nak('busy'));
    const over = (): void => void (kept.forget_at = this.clock.now() + KEPT_MS);
    const capture = new ReceivedCapture(open, this.decoding, this.queue.open(), this.clock, over);
    const kept: Kept = { capture, forget_at: Infinity };
    // its owner may use a capture_id again; forgotten first, so that the map stays in order of arrival
    this.#forget(open.capture_id);
    this.#kept.set(open.capture_id, kept);
    this.#dropOldLandmarks();
    this.#stopSweeping ??= this.clock.every(SWEEP_INTERVAL_MS, () => this.#sweep());
    return Promise.resolve(capture);
  }

  onModuleDestroy(): void {
    this.#stopSweeping?.();
  }

  #makeRoom(): boolean {
    if (this.#kept.size < MAX_CAPTURES) return true;
    const over = [...this.#kept].filter(([, { capture }]) => capture.ended);
    const [oldest] = over.sort(([, a], [, b]) => a.forget_at - b.forget_at);
    if (oldest) this.#forget(oldest[0]);
    return oldest !== undefined;
  }

  #dropOldLandmarks(): void {
    const landmarks = [...this.#kept.values()].flatMap(({ capture }) => capture.landmarks ?? []);
    const held = landmarks.filter(({ state }) => state !== 'dropped');
    for (const old of held.slice(0, -MAX_CAPTURES_WITH_LANDMARKS)) if (old.state !== 'running') old.drop();
  }

  #remembered(capture_id: string): ReceivedCapture | undefined {
    const kept = this.#kept.get(capture_id);
    return kept && this.clock.now() <= kept.forget_at ? kept.capture : undefined;
  }

  #forget(capture_id: string): void {
    this.#kept.get(capture_id)?.capture.job?.giveUp();
    this.#kept.delete(capture_id);
  }

  #sweep(): void {
    const now = this.clock.now();
    for (const [capture_id, { capture, forget_at }] of this.#kept) {
      if (now > forget_at) this.#forget(capture_id);
      else if (now - capture.moved_at > MAX_IDLE_MS) capture.expire();
    }
    if (this.#kept.size > 0) return;
    this.#stopSweeping?.();
    this.#stopSweeping = null;
  }
}
