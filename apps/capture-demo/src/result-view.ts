import { byId, setText } from './dom.js';
import { movementFigure } from './movement-plot.js';
import type { MovementReport } from './movement.worker.js';
import type { Delivered } from './page-state.js';
import type { Catalogue } from './words/english.js';

/** The card of a capture that arrived whole, with the movement of the hands once it is known. */
export class ResultView {
  readonly #card = byId('result', HTMLElement);
  readonly #heading = byId('result-heading', HTMLElement);
  readonly #words = byId('result-words', HTMLElement);
  readonly #movement = byId('movement', HTMLElement);
  #shown: string | null = null;

  constructor(private readonly words: Catalogue) {}

  /** Shows that capture's card, or none. */
  render(delivered: Delivered | null): void {
    this.#card.hidden = delivered === null;
    if (!delivered || delivered.capture_id === this.#shown) return;
    this.#shown = delivered.capture_id;
    const { result, movement } = this.words;
    setText(this.#heading, delivered.intent ? result.word(delivered.intent) : result.heading);
    setText(this.#words, wordsOf(delivered, result));
    this.#say(movement.awaited);
  }

  /** Shows how far the movement is, or what it is. */
  show(report: MovementReport): void {
    const { movement } = this.words;
    switch (report.kind) {
      case 'looking':
        this.#say(movement.looking(report.processed, report.frame_count));
        return;
      case 'movement':
        this.#movement.replaceChildren(movementFigure(report.movement, movement));
        return;
      case 'unseen':
        this.#movement.replaceChildren();
        return;
      case 'unlooked':
        this.#say(movement.unlooked);
        return;
      case 'unavailable':
        this.#say(movement.unavailable);
    }
  }

  #say(text: string): void {
    if (this.#movement.firstElementChild?.tagName !== 'P') this.#movement.replaceChildren(document.createElement('p'));
    const [paragraph] = this.#movement.children;
    if (paragraph) setText(paragraph, text);
  }
}

function wordsOf({ frames, skipped, receipt }: Delivered, words: Catalogue['result']): string {
  const delivered = words.delivered(frames, receipt);
  return skipped > 0 ? `${delivered} ${words.skipped(skipped)}` : delivered;
}
