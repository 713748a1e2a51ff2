import { byId, setText } from './dom.js';

const UPDATE_INTERVAL_MS = 100;

/** The time a running capture has left, over the picture. */
export class ClockView {
  readonly #clock = byId('clock', HTMLElement);
  readonly #seconds = byId('seconds-left', HTMLElement);
  readonly #bar = byId('time-gone', HTMLProgressElement);
  #timer: number | undefined;

  /** Runs down from now. */
  start(duration_ms: number): void {
    this.stop();
    const started = performance.now();
    const update = (): void => {
      const gone = Math.min(performance.now() - started, duration_ms);
      setText(this.#seconds, String(Math.ceil((duration_ms - gone) / 1000)));
      this.#bar.value = gone / duration_ms;
    };
    update();
    this.#timer = setInterval(update, UPDATE_INTERVAL_MS);
    this.#clock.hidden = this.#bar.hidden = false;
  }

  /** Takes it away. */
  stop(): void {
    clearInterval(this.#timer);
    this.#clock.hidden = this.#bar.hidden = true;
  }
}
