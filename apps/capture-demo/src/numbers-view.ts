import type { CaptureProgress, CompletedCapture } from '@a3cp/capture-client';
import { byId, setText } from './dom.js';
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

  /** Shows what was delivered in the end. */
  settle({ frames, bytes }: CompletedCapture): void {
    this.#update();
    this.#stop();
    this.#write(frames, this.#rate.textContent, bytes);
  }

  #update(): void {
    this.#stop();
    if (!this.#latest) return;
    const { frames_sent, frames_delivered, bytes_sent, elapsed_ms } = this.#latest;
    // a server may not tell what arrived
    if (frames_delivered === null) setText(this.#label, this.words.sent);
    const rate = elapsed_ms > 0 ? ((frames_sent - 1) / elapsed_ms) * 1000 : 0;
    this.#write(frames_delivered ?? frames_sent, this.words.rate(rate), bytes_sent);
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
