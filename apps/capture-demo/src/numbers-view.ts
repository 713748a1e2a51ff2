import type { CaptureProgress } from '@a3cp/capture-client';
import { byId, setText } from './dom.js';
import type { Recording } from './recording.js';
import type { Catalogue } from './words/english.js';

type Numbers = Extract<CaptureProgress, { kind: 'progress' }>;

/** Often enough to be followed, seldom enough to cost the capture nothing. */
const UPDATE_INTERVAL_MS = 200;

/** How far a capture has come: pictures, their rate and their bytes. */
export class NumbersView {
  readonly #label = byId('frames-label', HTMLElement);
  readonly #frames = byId('frames-delivered', HTMLElement);
  readonly #rate = byId('rate', HTMLElement);
  readonly #bytes = byId('bytes', HTMLElement);
  #latest: Numbers | null = null;
  #timer: number | undefined;

  constructor(private readonly words: Catalogue['numbers']) {}

  /** Back to nothing, for another capture. */
  reset(): void {
    this.#stop();
    this.#write(0, this.words.rate(0), 0);
    setText(this.#label, this.words.delivered);
  }

  /** Shows the numbers of a running capture, the latest soon. */
  show(numbers: Numbers): void {
    this.#latest = numbers;
    this.#timer ??= setTimeout(() => this.#update(), UPDATE_INTERVAL_MS);
  }

  /** Shows the numbers of a recording, which arrived whole. */
  settle({ frames, bytes, elapsed_ms }: Recording): void {
    this.#stop();
    setText(this.#label, this.words.delivered);
    this.#write(frames, this.words.rate(rateOf(frames, elapsed_ms)), bytes);
  }

  #update(): void {
    this.#stop();
    if (!this.#latest) return;
    const { frames_sent, frames_delivered, bytes_sent, elapsed_ms } = this.#latest;
    // a server may not tell what arrived
    if (frames_delivered === null) setText(this.#label, this.words.sent);
    const rate = this.words.rate(rateOf(frames_sent, elapsed_ms));
    this.#write(frames_delivered ?? frames_sent, rate, bytes_sent);
  }

  #stop(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
  }

  #write(frames: number, rate: string, bytes: number): void {
    setText(this.#frames, String(frames));
    setText(this.#rate, rate);
    setText(this.#bytes, this.words.bytes(bytes));
  }
}

/** Pictures a second, from the first to the last. */
function rateOf(pictures: number, elapsed_ms: number): number {
  return elapsed_ms > 0 ? ((pictures - 1) / elapsed_ms) * 1_000 : 0;
}
