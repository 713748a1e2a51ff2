import { type PictureFault, watchPicture } from '@a3cp/capture-client';
import { byId, setText } from './dom.js';
import type { Page } from './page-state.js';
import type { Catalogue } from './words/english.js';

/** Says what is wrong with the camera's picture, as long as the person can still mend it: before the recording. */
export class PictureFaultView {
  readonly #text = byId('picture-fault', HTMLElement);
  readonly #preview = byId('preview', HTMLVideoElement);
  #stop: (() => void) | null = null;

  constructor(private readonly words: Catalogue['picture_faults']) {}

  render({ at }: Page): void {
    if (at === 'previewing' || at === 'counting')
      this.#stop ??= watchPicture(this.#preview, (fault) => this.#say(fault));
    else {
      this.#stop?.();
      this.#stop = null;
      this.#say(null);
    }
  }

  #say(fault: PictureFault | null): void {
    setText(this.#text, fault ? this.words[fault] : '');
  }
}
