import { byId, setText } from './dom.js';
import { movementFigure } from './movement-plot.js';
import type { MovementReport } from './movement.worker.js';
import type { Delivered } from './page-state.js';

/** The card of a capture that arrived whole, with the movement of the hands once it is known. */
export class ResultView {
  readonly #card = byId('result', HTMLElement);
  readonly #heading = byId('result-heading', HTMLElement);
  readonly #words = byId('result-words', HTMLElement);
  readonly #movement = byId('movement', HTMLElement);
  #shown: string | null = null;

  /** Shows that capture's card, or none. */
  render(delivered: Delivered | null): void {
    this.#card.hidden = delivered === null;
    if (!delivered || delivered.capture_id === this.#shown) return;
    this.#shown = delivered.capture_id;
    setText(this.#heading, delivered.intent ? `“${delivered.intent}”` : 'Result');
    setText(this.#words, wordsOf(delivered));
    this.#say('The hands’ movement is being worked out …');
  }

  /** Shows how far the movement is, or what it is. */
  show(report: MovementReport): void {
    switch (report.kind) {
      case 'looking':
        this.#say(`The hands’ movement is being worked out: ${report.processed} of ${report.frame_count} pictures`);
        return;
      case 'movement':
        this.#movement.replaceChildren(movementFigure(report.movement));
        return;
      case 'unseen':
        this.#movement.replaceChildren();
        return;
      case 'unlooked':
        this.#say('This server looks for no landmarks, so there is no movement to show.');
        return;
      case 'unavailable':
        this.#say('The hands’ movement could not be fetched. The recording itself has arrived.');
    }
  }

  #say(text: string): void {
    if (this.#movement.firstElementChild?.tagName !== 'P') this.#movement.replaceChildren(document.createElement('p'));
    const [paragraph] = this.#movement.children;
    if (paragraph) setText(paragraph, text);
  }
}

function wordsOf({ frames, skipped, receipt }: Delivered): string {
  const delivered = `${frames} pictures${receipt ? ', confirmed by the server' : ''}.`;
  return skipped > 0 ? `${delivered} ${skipped} were left out to keep up.` : delivered;
}
