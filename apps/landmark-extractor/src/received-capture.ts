import type { Clock, ForwardItem, StreamEnd, StreamOpen } from '@a3cp/capture-domain';
import { type ExtractorStream, Nak, type NakCode } from '@a3cp/landmark-forwarders';
import { type CaptureLandmarks, NO_LANDMARKS } from './capture-landmarks.js';
import { type CaptureSummary, CaptureTally } from './capture-summary.js';
import type { DecodeLine, FrameOwner } from './decode-line.js';
import type { DecodeQueue } from './decode-queue.js';
import type { LandmarkJob } from './landmark-job.js';
import { meanLuma, type Picture } from './landmarks/picture.js';
import type { Owner } from './turns.js';

/**
 * One capture at the reference extractor, from its open until it is forgotten. A frame is owned when its header is right and
 * the {@link DecodeQueue} has room; a picture that turns out to be broken fails the stream.
 */
export class ReceivedCapture implements ExtractorStream, FrameOwner {
  readonly failed: Promise<NakCode>;
  readonly #tally: CaptureTally;
  readonly #line: DecodeLine;
  #moved_at: number;
  #failure: NakCode | null = null;
  #fail!: (code: NakCode) => void;

  /**
   * @param line the queue of the decoders, and in `nth` the number of other running captures of its user
   * @param job null where no landmarks are looked for
   * @param over called once, at the end of the stream
   */
  constructor(
    open: StreamOpen,
    line: { readonly nth: number; readonly queue: DecodeQueue },
    readonly job: LandmarkJob | null,
    private readonly clock: Clock,
    private readonly over: () => void,
  ) {
    this.#moved_at = clock.now();
    this.#tally = new CaptureTally(open);
    this.#line = line.queue.open(open, line.nth, this);
    this.failed = new Promise((resolve) => (this.#fail = resolve));
  }

  /** Whether the stream has its end. */
  get ended(): boolean {
    return this.#tally.ended;
  }

  /** When the last frame was owned, on the extractor's clock; the open counts as one. */
  get moved_at(): number {
    return this.#moved_at;
  }

  get owner(): Owner {
    return this.#tally.open;
  }

  get capture_id(): string {
    return this.#tally.open.capture_id;
  }

  /** Whether the capture belongs to this user and this session. */
  isOf({ user_id, session_id }: Owner): boolean {
    const { open } = this.#tally;
    return open.user_id === user_id && open.session_id === session_id;
  }

  get landmarks(): CaptureLandmarks | null {
    return this.job?.landmarks ?? null;
  }

  summary(): CaptureSummary {
    return this.#tally.summary(this.landmarks?.numbers() ?? NO_LANDMARKS);
  }

  /** Resolves when every frame that is owned by now is decoded. */
  caughtUp(): Promise<void> {
    return this.#line.caughtUp();
  }

  async frame(item: ForwardItem): Promise<void> {
    this.#check(item);
    await this.#line.offer(item);
  }

  owned(item: ForwardItem): void {
    this.#moved_at = this.clock.now();
    this.#tally.add(item);
  }

  decoded(item: ForwardItem, picture: Picture | null): void {
    this.#tally.decoded(picture && meanLuma(picture));
    if (picture) this.job?.add(item, picture);
    else this.#break('frame_undecodable');
    this.#finish();
  }

  end({ capture_id, event, error_code, timestamp_end }: StreamEnd): Promise<void> {
    if (capture_id !== this.#tally.open.capture_id) return Promise.reject(new Nak('unknown_capture'));
    // a close that crossed the news of a broken picture on the way
    if (this.#failure && event === 'capture.close' && !this.ended) {
      this.#end(() => this.#tally.end('capture.abort', 'forward_failed'));
      return Promise.reject(new Nak(this.#failure));
    }
    this.#end(() => this.#tally.end(event, error_code, timestamp_end));
    return Promise.resolve();
  }

  lost(): void {
    this.#end(() => this.#tally.end('capture.abort', 'gateway_lost'));
  }

  /** Ends a capture whose gateway is connected but sends nothing. */
  expire(): void {
    if (this.ended) return;
    this.lost();
    this.#fail('unknown_capture');
  }

  #check({ capture_id, seq, payload, byte_length }: ForwardItem): void {
    if (this.ended || capture_id !== this.#tally.open.capture_id) throw new Nak('unknown_capture');
    if (this.#failure) throw new Nak(this.#failure);
    if (seq !== this.#tally.next_seq) throw new Nak('bad_seq');
    if (payload.length !== byte_length) throw new Nak('length_mismatch');
  }

  #break(code: NakCode): void {
    this.job?.leaveOut();
    if (this.#failure) return;
    this.#failure = code;
    this.#line.withdraw(new Nak(code));
    this.#fail(code);
  }

  #end(end: () => void): void {
    if (this.ended) return;
    end();
    this.#line.withdraw(new Nak('unknown_capture'));
    this.#finish();
    this.over();
  }

  /** No landmarks are looked for any more once the last owned frame is decoded. */
  #finish(): void {
    if (this.ended && this.#line.empty) this.job?.end();
  }
}
