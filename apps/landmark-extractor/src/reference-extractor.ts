import { Clock, type ForwardItem, type StreamEnd, type StreamOpen } from '@a3cp/capture-domain';
import { type ExtractorStream, LandmarkExtractor, Nak } from '@a3cp/landmark-forwarders';
import { Injectable, type OnModuleDestroy } from '@nestjs/common';
import { type CaptureSummary, CaptureTally } from './capture-summary.js';
import { frameLuma } from './frame-luma.js';

/** Captures in memory at once, running and over. */
const MAX_CAPTURES = 1_000;

/** How long a capture that is over is remembered. */
const KEPT_MS = 10 * 60_000;

const SWEEP_INTERVAL_MS = 10_000;

/** One capture, until it is forgotten. */
interface Kept {
  readonly tally: CaptureTally;
  forget_at: number;
}

/**
 * The reference extractor: decodes every frame, so that a broken picture is noticed, and keeps nothing but numbers, for ten
 * minutes after the end and for at most 1,000 captures; the one that ended first makes room. PROTOCOL.md, "Downstream".
 */
@Injectable()
export class ReferenceExtractor extends LandmarkExtractor implements OnModuleDestroy {
  readonly #kept = new Map<string, Kept>();
  #stopSweeping: (() => void) | null = null;

  constructor(private readonly clock: Clock) {
    super();
  }

  /** The summary of a capture that runs or ended within the last ten minutes. */
  find(capture_id: string): CaptureSummary | undefined {
    const kept = this.#kept.get(capture_id);
    return kept && this.clock.now() <= kept.forget_at ? kept.tally.summary() : undefined;
  }

  open(open: StreamOpen): Promise<ExtractorStream> {
    if (!this.#makeRoom()) return Promise.reject(new Nak('busy'));
    const tally = new CaptureTally(open);
    const kept: Kept = { tally, forget_at: Infinity };
    // a capture_id that comes again is a new capture; deleted first, so that the map stays in order of arrival
    this.#kept.delete(open.capture_id);
    this.#kept.set(open.capture_id, kept);
    this.#stopSweeping ??= this.clock.every(SWEEP_INTERVAL_MS, () => this.#sweep());
    return Promise.resolve(new ReferenceStream(tally, () => (kept.forget_at = this.clock.now() + KEPT_MS)));
  }

  onModuleDestroy(): void {
    this.#stopSweeping?.();
  }

  #makeRoom(): boolean {
    if (this.#kept.size < MAX_CAPTURES) return true;
    const over = [...this.#kept].filter(([, { tally }]) => tally.ended);
    const [oldest] = over.sort(([, a], [, b]) => a.forget_at - b.forget_at);
    return oldest !== undefined && this.#kept.delete(oldest[0]);
  }

  #sweep(): void {
    const now = this.clock.now();
    for (const [capture_id, { forget_at }] of this.#kept) {
      if (now > forget_at) this.#kept.delete(capture_id);
    }
    if (this.#kept.size > 0) return;
    this.#stopSweeping?.();
    this.#stopSweeping = null;
  }
}

class ReferenceStream implements ExtractorStream {
  constructor(
    private readonly tally: CaptureTally,
    private readonly over: () => void,
  ) {}

  async frame(item: ForwardItem): Promise<void> {
    const { tally } = this;
    if (tally.ended || item.capture_id !== tally.open.capture_id) throw new Nak('unknown_capture');
    if (item.seq !== tally.next_seq) throw new Nak('bad_seq');
    if (item.payload.length !== item.byte_length) throw new Nak('length_mismatch');
    const luma = await frameLuma(item.payload, item.width, item.height);
    if (luma === null) throw new Nak('frame_undecodable');
    tally.add(item, luma);
  }

  end({ capture_id, event, error_code, timestamp_end }: StreamEnd): Promise<void> {
    if (capture_id !== this.tally.open.capture_id) return Promise.reject(new Nak('unknown_capture'));
    this.#end(() => this.tally.end(event, error_code, timestamp_end));
    return Promise.resolve();
  }

  lost(): void {
    this.#end(() => this.tally.end('capture.abort', 'gateway_lost'));
  }

  #end(end: () => void): void {
    if (this.tally.ended) return;
    end();
    this.over();
  }
}
