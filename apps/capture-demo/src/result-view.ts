import { byId, setText } from './dom.js';
import { movementFigure } from './movement-plot.js';
import type { MovementReport } from './movement.worker.js';
import type { Recording } from './recording.js';
import { Replay } from './replay.js';
import type { Catalogue } from './words/english.js';

/** The card of a recording: the movement of the hands once it is known, its replay, and a way to discard it. */
export class ResultView {
  readonly #card = byId('result', HTMLElement);
  readonly #heading = byId('result-heading', HTMLElement);
  readonly #numbers = byId('result-words', HTMLElement);
  readonly #movement = byId('movement', HTMLElement);
  readonly #replay_button = byId('replay', HTMLButtonElement);
  readonly #replay: Replay;
  readonly #reports = new Map<string, MovementReport>();
  #shown: Recording | null = null;

  /** `discard` is called once the person is sure. */
  constructor(
    private readonly words: Catalogue,
    discard: (capture_id: string) => void,
  ) {
    const { recordings } = words;
    this.#replay = new Replay(byId('replay-picture', HTMLCanvasElement), (playing) =>
      setText(this.#replay_button, playing ? recordings.stopReplay : recordings.replay),
    );
    this.#replay_button.addEventListener('click', () => {
      if (this.#shown) this.#replay.toggle(this.#shown.capture_id);
    });
    const discard_button = byId('discard', HTMLButtonElement);
    setText(discard_button, recordings.discard);
    discard_button.addEventListener('click', () => {
      if (this.#shown && confirm(recordings.sure(this.#shown.nth))) discard(this.#shown.capture_id);
    });
  }

  /** Shows that recording's card, or none. */
  render(recording: Recording | null): void {
    this.#card.hidden = recording === null;
    const is_another = recording?.capture_id !== this.#shown?.capture_id;
    this.#shown = recording;
    if (is_another) this.#replay.stop();
    if (!recording) return;
    const { movement, capture_id, intent, nth, picture } = recording;
    setText(this.#heading, this.words.recordings.heading(intent, nth));
    setText(this.#numbers, wordsOf(recording, this.words.result));
    this.#replay_button.hidden = movement !== 'shown' && movement !== 'no_hand';
    this.#replay.shape(picture);
    if (is_another) this.#draw(this.#reports.get(capture_id));
  }

  /** Shows how far the movement of a recording is, or what it is, when the recording is shown. */
  hear(capture_id: string, report: MovementReport): void {
    this.#reports.set(capture_id, report);
    if (capture_id === this.#shown?.capture_id) this.#draw(report);
  }

  #draw(report: MovementReport | undefined): void {
    const { movement } = this.words;
    switch (report?.kind) {
      case undefined:
        this.#say(movement.awaited);
        return;
      case 'looking':
        this.#say(movement.looking(report.processed, report.frame_count));
        return;
      case 'movement':
        this.#movement.replaceChildren(movementFigure(report.movement, movement));
        return;
      case 'no_hand':
      case 'no_person':
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

function wordsOf({ frames, skipped, receipt }: Recording, words: Catalogue['result']): string {
  const delivered = words.delivered(frames, receipt);
  return skipped > 0 ? `${delivered} ${words.skipped(skipped)}` : delivered;
}
