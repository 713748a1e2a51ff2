import { Clock, type StreamOpen } from '@a3cp/capture-domain';
import { type ExtractorStream, LandmarkExtractor, Nak, type NakCode } from '@a3cp/landmark-forwarders';
import { Injectable, type OnModuleDestroy } from '@nestjs/common';
import type { CaptureLandmarks } from './capture-landmarks.js';
import type { CaptureSummary } from './capture-summary.js';
import { DecodeQueue } from './decode-queue.js';
import { Holdings } from './holdings.js';
import { LandmarkQueue } from './landmark-queue.js';
import { ReceivedCapture } from './received-capture.js';

/** Captures in memory at once, running and over. */
const MAX_CAPTURES = 1_000;

/** Captures that run at once while landmarks are looked for; without, as many as there can be in memory. */
const MAX_RUNNING_WITH_LANDMARKS = 20;

/** The part of the running captures that one user has at most, and one session. */
const SHARE_OF_USER = 1 / 4;
const SHARE_OF_SESSION = 1 / 8;

/** Captures whose landmarks are in memory, about 1.5 MB each. Landmarks of a capture with frames that wait are never dropped. */
const MAX_CAPTURES_WITH_LANDMARKS = 100;

/** How long a capture that is over is remembered. */
const KEPT_MS = 10 * 60_000;

const SWEEP_INTERVAL_MS = 10_000;

/** Longest time without a frame or an end, whatever else the gateway sends. It is longer than a gateway allows for a capture. */
const MAX_IDLE_MS = 30_000;

/** One capture, until it is forgotten. */
interface Kept {
  readonly capture: ReceivedCapture;
  forget_at: number;
}

/**
 * The reference extractor: acknowledges a frame when it owns it, then decodes every frame once, finds its landmarks, and keeps
 * only numbers. It remembers a capture for ten minutes after the end, and at most 1,000 captures. Above that the user with the
 * most captures loses the one that ended first. docs/integration/downstream.md and landmarks.md.
 */
@Injectable()
export class ReferenceExtractor extends LandmarkExtractor implements OnModuleDestroy {
  readonly #kept = new Map<string, Kept>();
  readonly #running = new Holdings();
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

  /** Forgets a capture that is over, with its landmarks. Returns false if it runs, or is not known. */
  discard(capture_id: string): boolean {
    const capture = this.#remembered(capture_id);
    if (!capture?.ended) return false;
    this.#forget(capture_id);
    // those who read it now read no more
    capture.landmarks?.drop();
    return true;
  }

  open(open: StreamOpen): Promise<ExtractorStream> {
    const known = this.#remembered(open.capture_id);
    if (known && !(known.ended && known.isOf(open))) return Promise.reject(new Nak('duplicate_capture'));
    const refusal = this.#refusal(open);
    if (refusal !== null) return Promise.reject(new Nak(refusal));
    const line = { nth: this.#running.ofUser(open), queue: this.decoding };
    const capture = new ReceivedCapture(open, line, this.queue.open(open), this.clock, () => {
      kept.forget_at = this.clock.now() + KEPT_MS;
      this.#running.add(open, -1);
    });
    const kept: Kept = { capture, forget_at: Infinity };
    this.#running.add(open, 1);
    // after the end its owner may use a capture_id again; forgotten first, so that the map stays in order of arrival
    this.#forget(open.capture_id);
    this.#kept.set(open.capture_id, kept);
    this.#dropOldLandmarks();
    this.#stopSweeping ??= this.clock.every(SWEEP_INTERVAL_MS, () => this.#sweep());
    return Promise.resolve(capture);
  }

  onModuleDestroy(): void {
    this.#stopSweeping?.();
  }

  /** Why a capture is refused; null if there is room. */
  #refusal(open: StreamOpen): NakCode | null {
    const most = this.queue.looks ? MAX_RUNNING_WITH_LANDMARKS : MAX_CAPTURES;
    if (this.#running.ofUser(open) >= Math.ceil(most * SHARE_OF_USER)) return 'share_exceeded';
    if (this.#running.ofSession(open) >= Math.ceil(most * SHARE_OF_SESSION)) return 'share_exceeded';
    const refusal = this.queue.refusal(open);
    if (refusal !== null) return refusal;
    return this.#running.total < most && this.#makeRoom() ? null : 'busy';
  }

  #makeRoom(): boolean {
    if (this.#kept.size < MAX_CAPTURES) return true;
    const over = [...this.#kept.values()].filter(({ capture }) => capture.ended);
    over.sort((a, b) => a.forget_at - b.forget_at);
    const [oldest] = ofHeaviest(over.map(({ capture }) => capture));
    if (oldest) this.#forget(oldest.capture_id);
    return oldest !== undefined;
  }

  #dropOldLandmarks(): void {
    const all = [...this.#kept.values()].map(({ capture }) => capture);
    const held = all.filter(({ landmarks }) => landmarks && landmarks.state !== 'dropped');
    const done = held.filter(({ landmarks }) => landmarks?.state !== 'running');
    for (let over = held.length - MAX_CAPTURES_WITH_LANDMARKS; over > 0; over--) {
      const [oldest] = ofHeaviest(done);
      if (!oldest) return;
      oldest.landmarks?.drop();
      done.splice(done.indexOf(oldest), 1);
    }
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

/** The captures of the largest session of the user with the most captures, in their order. */
function ofHeaviest(captures: readonly ReceivedCapture[]): readonly ReceivedCapture[] {
  const held = new Holdings();
  for (const { owner } of captures) held.add(owner, 1);
  const heaviest = held.heaviest();
  return heaviest ? captures.filter((capture) => capture.isOf(heaviest)) : [];
}
