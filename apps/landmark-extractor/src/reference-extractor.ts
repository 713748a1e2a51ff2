import { Clock, type ForwardItem, type StreamEnd, type StreamOpen } from '@a3cp/capture-domain';
import { type ExtractorStream, LandmarkExtractor, Nak } from '@a3cp/landmark-forwarders';
import { Injectable, type OnModuleDestroy } from '@nestjs/common';
import { type CaptureLandmarks, NO_LANDMARKS } from './capture-landmarks.js';
import { type CaptureSummary, CaptureTally } from './capture-summary.js';
import { frameLuma } from './frame-luma.js';
import type { LandmarkJob } from './landmark-job.js';
import { LandmarkQueue } from './landmark-queue.js';

/** Captures in memory at once, running and over. */
const MAX_CAPTURES = 1_000;

/** Captures whose landmarks are in memory, about 1.5 MB each; those that are unfinished are never dropped. */
const MAX_CAPTURES_WITH_LANDMARKS = 100;

/** How long a capture that is over is remembered. */
const KEPT_MS = 10 * 60_000;

const SWEEP_INTERVAL_MS = 10_000;

/** One capture, until it is forgotten. */
interface Kept {
  readonly tally: CaptureTally;
  /** Null where no landmarks are looked for. */
  readonly job: LandmarkJob | null;
  forget_at: number;
}

/**
 * The reference extractor: decodes every frame, so that a broken picture is noticed, has its landmarks found in their own
 * time, and keeps nothing but numbers, for ten minutes after the end and for at most 1,000 captures; the one that ended
 * first makes room. PROTOCOL.md, "Downstream" and "Landmarks".
 */
@Injectable()
export class ReferenceExtractor extends LandmarkExtractor implements OnModuleDestroy {
  readonly #kept = new Map<string, Kept>();
  #stopSweeping: (() => void) | null = null;

  constructor(
    private readonly clock: Clock,
    private readonly queue: LandmarkQueue,
  ) {
    super();
  }

  /** The summary of a capture that runs or ended within the last ten minutes. */
  find(capture_id: string): CaptureSummary | undefined {
    const kept = this.#remembered(capture_id);
    return kept?.tally.summary(kept.job?.landmarks.numbers() ?? NO_LANDMARKS);
  }

  /** The landmarks of a capture that {@link find} knows; null if none are looked for. */
  landmarks(capture_id: string): CaptureLandmarks | null | undefined {
    const kept = this.#remembered(capture_id);
    return kept && (kept.job?.landmarks ?? null);
  }

  open(open: StreamOpen): Promise<ExtractorStream> {
    if (this.queue.full || !this.#makeRoom()) return Promise.reject(new Nak('busy'));
    const kept: Kept = { tally: new CaptureTally(open), job: this.queue.open(), forget_at: Infinity };
    // a capture_id that comes again is a new capture; forgotten first, so that the map stays in order of arrival
    this.#forget(open.capture_id);
    this.#kept.set(open.capture_id, kept);
    this.#dropOldLandmarks();
    this.#stopSweeping ??= this.clock.every(SWEEP_INTERVAL_MS, () => this.#sweep());
    return Promise.resolve(new ReferenceStream(kept, () => (kept.forget_at = this.clock.now() + KEPT_MS)));
  }

  onModuleDestroy(): void {
    this.#stopSweeping?.();
  }

  #makeRoom(): boolean {
    if (this.#kept.size < MAX_CAPTURES) return true;
    const over = [...this.#kept].filter(([, { tally }]) => tally.ended);
    const [oldest] = over.sort(([, a], [, b]) => a.forget_at - b.forget_at);
    if (oldest) this.#forget(oldest[0]);
    return oldest !== undefined;
  }

  #dropOldLandmarks(): void {
    const landmarks = [...this.#kept.values()].flatMap(({ job }) => job?.landmarks ?? []);
    const held = landmarks.filter(({ state }) => state !== 'dropped');
    for (const old of held.slice(0, -MAX_CAPTURES_WITH_LANDMARKS)) if (old.state !== 'running') old.drop();
  }

  #remembered(capture_id: string): Kept | undefined {
    const kept = this.#kept.get(capture_id);
    return kept && this.clock.now() <= kept.forget_at ? kept : undefined;
  }

  #forget(capture_id: string): void {
    this.#kept.get(capture_id)?.job?.giveUp();
    this.#kept.delete(capture_id);
  }

  #sweep(): void {
    const now = this.clock.now();
    for (const [capture_id, { forget_at }] of this.#kept) {
      if (now > forget_at) this.#forget(capture_id);
    }
    if (this.#kept.size > 0) return;
    this.#stopSweeping?.();
    this.#stopSweeping = null;
  }
}

class ReferenceStream implements ExtractorStream {
  constructor(
    private readonly kept: Kept,
    private readonly over: () => void,
  ) {}

  async frame(item: ForwardItem): Promise<void> {
    this.#check(item);
    const luma = await frameLuma(item.payload, item.width, item.height);
    if (luma === null) throw new Nak('frame_undecodable');
    // the gateway may have been lost meanwhile
    this.#check(item);
    this.kept.tally.add(item, luma);
    this.kept.job?.add(item);
  }

  end({ capture_id, event, error_code, timestamp_end }: StreamEnd): Promise<void> {
    const { tally } = this.kept;
    if (capture_id !== tally.open.capture_id) return Promise.reject(new Nak('unknown_capture'));
    this.#end(() => tally.end(event, error_code, timestamp_end));
    return Promise.resolve();
  }

  lost(): void {
    this.#end(() => this.kept.tally.end('capture.abort', 'gateway_lost'));
  }

  #check({ capture_id, seq, payload, byte_length }: ForwardItem): void {
    const { tally } = this.kept;
    if (tally.ended || capture_id !== tally.open.capture_id) throw new Nak('unknown_capture');
    if (seq !== tally.next_seq) throw new Nak('bad_seq');
    if (payload.length !== byte_length) throw new Nak('length_mismatch');
  }

  #end(end: () => void): void {
    if (this.kept.tally.ended) return;
    end();
    this.kept.job?.end();
    this.over();
  }
}
