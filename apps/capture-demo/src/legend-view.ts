import { byId } from './dom.js';

/** Under the picture of a capture: what is drawn over it, or that nothing is. */
export class LegendView {
  readonly #looked = byId('legend-looked', HTMLElement);
  readonly #unlooked = byId('legend-unlooked', HTMLElement);

  /** Whether this server looks for landmarks. */
  show(looked: boolean): void {
    this.#looked.hidden = !looked;
    this.#unlooked.hidden = looked;
  }
}
