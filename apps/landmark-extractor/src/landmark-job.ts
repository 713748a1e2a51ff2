import { type Clock, type ForwardItem, PeerLog } from '@a3cp/capture-domain';
import { CaptureLandmarks } from './capture-landmarks.js';
import type { LandmarkFinder, LandmarkTracker } from './landmarks/landmark-finder.js';
import type { Picture } from './landmarks/picture.js';
import type { PictureDecoder } from './picture-decoder.js';
import type { Owner } from './turns.js';

/** What a job tells its queue. */
interface JobKeeper {
  /** {@link LandmarkJob.ready} or {@link LandmarkJob.finished} may be another. */
  changed(): void;
  /** The waiting bytes of JPEGs have changed by this number. */
  waiting(bytes: number): void;
}

/** A frame to look at, with its pixels while they are there. */
interface LandmarkFrame {
  readonly item: ForwardItem;
  readonly picture: Picture | null;
}

/**
 * The frames of one capture that wait for their landmarks. While the capture runs, the newest goes first and older ones are
 * skipped, so that the live view is never behind. After the end the skipped ones are handled, in order. The pixels of a skipped
 * frame are 25 times its JPEG: they are released, and the frame is decoded again in its turn. docs/integration/landmarks.md.
 */
export class LandmarkJob {
  /** One for all captures. */
  static readonly #log = new PeerLog('LandmarkJob');
  readonly landmarks: CaptureLandmarks;
  #newest: LandmarkFrame | null = null;
  #skipped: ForwardItem[] = [];
  #tracker: LandmarkTracker | null = null;
  #catching_up = false;
  #working = false;
  #ended = false;
  #faultless = true;

  constructor(
    readonly owner: Owner,
    private readonly finder: LandmarkFinder,
    private readonly decoder: PictureDecoder,
    clock: Clock,
    private readonly keeper: JobKeeper,
  ) {
    this.landmarks = new CaptureLandmarks(clock);
  }

  /** Whether there is a frame that may be looked at now. */
  get ready(): boolean {
    return !this.#working && (this.#newest !== null || (this.#ended && this.#skipped.length > 0));
  }

  /** Whether frames wait, also those that are looked at after the end only. */
  get waits(): boolean {
    return this.#newest !== null || this.#skipped.length > 0;
  }

  /** Whether nothing more will come. */
  get finished(): boolean {
    return this.#ended && !this.#working && !this.ready;
  }

  /** Takes a decoded frame; after the end it is released. */
  add(item: ForwardItem, picture: Picture): void {
    if (this.#ended) return;
    this.landmarks.expect();
    if (this.#newest) this.#skipped.push(this.#newest.item);
    this.#newest = { item, picture };
    this.keeper.waiting(item.byte_length);
    this.keeper.changed();
  }

  /** A frame of the capture has no picture: the landmarks are not complete. */
  leaveOut(): void {
    this.#faultless = false;
  }

  /** No frame comes any more. */
  end(): void {
    if (this.#ended) return;
    this.#ended = true;
    // many captures that are over can wait for their turn, and pixels are large
    if (this.#newest) this.#newest = { item: this.#newest.item, picture: null };
    this.#settle();
  }

  /** Drops the frame that has waited longest, to make room: the landmarks are then incomplete. */
  dropOldest(): void {
    const item = this.#skipped.shift() ?? this.#newest?.item;
    if (!item) return;
    if (item === this.#newest?.item) this.#newest = null;
    this.leaveOut();
    this.keeper.waiting(-item.byte_length);
    this.#settle();
  }

  /** Drops all frames that wait. */
  giveUp(): void {
    const items = [...this.#skipped, ...(this.#newest ? [this.#newest.item] : [])];
    this.#newest = null;
    this.#skipped = [];
    this.#ended = true;
    this.keeper.waiting(-items.reduce((bytes, { byte_length }) => bytes + byte_length, 0));
    if (this.landmarks.state === 'running') this.landmarks.end('failed');
    this.#settle();
  }

  /** Looks at one frame; a frame that can't be looked at is left out. Never rejects. */
  async work(): Promise<void> {
    const frame = this.#take();
    if (!frame) return;
    this.#working = true;
    this.keeper.waiting(-frame.item.byte_length);
    try {
      // another capture's frame may have cost the thread; this one's is not left out for that
      if (this.#tracker?.lost) this.#letGo();
      this.#tracker ??= this.finder.track();
      const picture = frame.picture ?? (await this.#decodeAgain(frame.item));
      const result = await this.#tracker.find(frame.item, picture);
      if (this.landmarks.state === 'running') this.landmarks.add(result);
    } catch (error) {
      // what it followed may be lost, and its thread too
      this.#letGo();
      this.#fail(error);
    }
    this.#working = false;
    this.#settle();
  }

  async #decodeAgain({ payload, width, height }: ForwardItem): Promise<Picture> {
    const picture = await this.decoder.decode(payload, width, height);
    if (!picture) throw new Error('The picture cannot be decoded again');
    return picture;
  }

  #take(): LandmarkFrame | undefined {
    const newest = this.#newest;
    this.#newest = null;
    if (newest) return newest;
    // from here on time runs from the start again
    if (!this.#catching_up) this.#letGo();
    this.#catching_up = true;
    const item = this.#skipped.shift();
    return item && { item, picture: null };
  }

  /** Logs that frames are left out, unless the capture was given up anyway. */
  #fail(error: unknown): void {
    if (this.#faultless && this.landmarks.state === 'running') {
      const cause = error instanceof Error && error.cause instanceof Error ? error.cause : error;
      // the stack only: nothing that an error may carry of a frame
      LandmarkJob.#log.error(
        'Finding the landmarks of a frame failed',
        cause instanceof Error ? cause.stack : undefined,
      );
    }
    this.#faultless = false;
  }

  #settle(): void {
    if (this.finished) {
      this.#letGo();
      if (this.landmarks.state === 'running') this.landmarks.end(this.#faultless ? 'complete' : 'failed');
    }
    this.keeper.changed();
  }

  #letGo(): void {
    this.#tracker?.release();
    this.#tracker = null;
  }
}
