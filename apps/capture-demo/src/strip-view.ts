import { byId, setText } from './dom.js';
import { faultsOf, type Recording } from './recording.js';
import type { Catalogue } from './words/english.js';

/** The session's recordings of a word, one button for each, with the verdict as a sign. */
export class StripView {
  readonly #strip = byId('strip', HTMLElement);
  readonly #label = byId('strip-label', HTMLElement);
  readonly #list = byId('strip-list', HTMLElement);

  constructor(
    private readonly words: Catalogue['recordings'],
    private readonly lookAt: (capture_id: string) => void,
  ) {}

  /** Shows these, of which one may be `shown`; `usable` says if they can be looked at now. */
  render(recordings: readonly Recording[], intent: string, shown: Recording | null, usable: boolean): void {
    this.#strip.hidden = recordings.length === 0;
    setText(this.#label, this.words.strip(intent));
    const shown_before = this.#list.children.length;
    for (const [index, recording] of recordings.entries()) {
      const entry = this.#list.children.item(index) ?? this.#list.appendChild(document.createElement('li'));
      const button = entry.querySelector('button') ?? entry.appendChild(document.createElement('button'));
      this.#write(button, recording, recording === shown);
      // not disabled: where the row is longer than the window, the keyboard must reach its end
      button.setAttribute('aria-disabled', String(!usable));
    }
    while (this.#list.children.length > recordings.length) this.#list.lastElementChild?.remove();
    if (recordings.length > shown_before) this.#list.scrollLeft = this.#list.scrollWidth;
  }

  #write(button: HTMLButtonElement, recording: Recording, shown: boolean): void {
    const { nth } = recording;
    const awaited = recording.movement === 'awaited';
    const faulty = faultsOf(recording).length > 0;
    button.type = 'button';
    button.dataset['testid'] = 'recording';
    setText(button, `${nth} ${faulty ? '⚠' : awaited ? '…' : '✓'}`);
    const label = faulty ? this.words.faulty(nth) : awaited ? this.words.awaited(nth) : this.words.good(nth);
    button.setAttribute('aria-label', label);
    button.setAttribute('aria-pressed', String(shown));
    button.onclick = () => this.lookAt(recording.capture_id);
  }
}
