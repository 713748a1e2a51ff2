import type { ForwardItem } from '@a3cp/capture-domain';
import type { Picture } from './landmarks/picture.js';

/** Frames of one capture that the extractor owns and has not decoded: half a second at 15 frames a second. */
const MAX_FRAMES = 8;

/**
 * The part of its frame rate that a capture is guaranteed: with it, a capture of 15 s is over in 22.5 s, and a gateway gives
 * it 25 s.
 */
const GUARANTEED = 2 / 3;

/** How far a capture that was not served can catch up before others have their turn. */
const CREDIT_MS = 1_000;

/** When a capture is served. */
export interface Turn {
  /** How many other captures of its user ran when it was opened: the lower, the earlier it is served. */
  readonly nth: number;
  /** The lower, the earlier it was opened. */
  readonly rank: number;
  /** Frames a second, at least 1. */
  readonly fps: number;
  /** Its next guaranteed frame is due, on the clock of the queue. */
  due_at: number;
}

/** Receives the frames of one capture, in their order. */
export interface FrameOwner {
  /** There is room for the frame: the extractor owns it from now on. */
  owned(item: ForwardItem): void;
  /** A frame was decoded; null if its picture is broken. */
  decoded(item: ForwardItem, picture: Picture | null): void;
}

/** A frame that waits for room. */
interface Offer {
  readonly item: ForwardItem;
  readonly accept: () => void;
  readonly refuse: (reason: Error) => void;
}

/** One capture's frames from the transport to the decoder. */
export class DecodeLine {
  /** Oldest first. */
  readonly #frames: ForwardItem[] = [];
  #offer: Offer | null = null;
  #owned = 0;
  #listeners: { readonly after: number; readonly tell: () => void }[] = [];

  /** @param changed called when a frame is offered */
  constructor(
    private readonly turn: Turn,
    private readonly owner: FrameOwner,
    private readonly changed: () => void,
  ) {}

  /** Resolves when the extractor owns the frame; rejects if the frame is withdrawn before. Await it before the next. */
  offer(item: ForwardItem): Promise<void> {
    return new Promise((accept, refuse) => {
      this.#offer = { item, accept, refuse };
      this.changed();
    });
  }

  /** Rejects the frame that waits for room. */
  withdraw(reason: Error): void {
    this.#offer?.refuse(reason);
    this.#offer = null;
  }

  /** Whether every frame that is owned is decoded. */
  get empty(): boolean {
    return this.#frames.length === 0;
  }

  /** Resolves when every frame that is owned by now is decoded. */
  async caughtUp(): Promise<void> {
    if (this.empty) return;
    await new Promise<void>((tell) => this.#listeners.push({ after: this.#owned, tell }));
  }

  get nth(): number {
    return this.turn.nth;
  }

  get rank(): number {
    return this.turn.rank;
  }

  get due_at(): number {
    return this.turn.due_at;
  }

  /** For the queue: it serves a frame now. */
  serve(now: number): void {
    const { turn } = this;
    turn.due_at = Math.max(turn.due_at, now - CREDIT_MS) + 1000 / (turn.fps * GUARANTEED);
  }

  /** For the queue: the frame that waits for room in the process, as soon as its own capture has room. */
  get offered(): ForwardItem | null {
    return this.#frames.length < MAX_FRAMES ? (this.#offer?.item ?? null) : null;
  }

  /** For the queue: the next frame to decode. */
  get first(): ForwardItem | undefined {
    return this.#frames[0];
  }

  /** For the queue: there is room for the offered frame, unless it was withdrawn. */
  accept(): void {
    const offer = this.#offer;
    if (!offer) return;
    this.#offer = null;
    this.#owned += 1;
    this.#frames.push(offer.item);
    this.owner.owned(offer.item);
    offer.accept();
  }

  /** For the queue: the first frame is decoded. */
  settle(picture: Picture | null): void {
    const item = this.#frames.shift();
    if (!item) return;
    this.owner.decoded(item, picture);
    const decoded = this.#owned - this.#frames.length;
    const [done, waiting] = [
      this.#listeners.filter(({ after }) => after <= decoded),
      this.#listeners.filter(({ after }) => after > decoded),
    ];
    this.#listeners = waiting;
    for (const { tell } of done) tell();
  }
}
