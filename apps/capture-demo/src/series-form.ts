import { byId } from './dom.js';
import type { Series } from './series.js';

/** The fields of a series; it is asked for by opening them. */
export class SeriesForm {
  readonly #form = byId('series', HTMLDetailsElement);
  readonly #times = byId('series-times', HTMLInputElement);
  readonly #length = byId('series-length', HTMLInputElement);
  readonly #pause = byId('series-pause', HTMLInputElement);

  /** `changed` is called when the series is another. */
  constructor(changed: () => void) {
    for (const type of ['toggle', 'input']) this.#form.addEventListener(type, changed);
  }

  /** The series that is asked for; null for a single recording. */
  get series(): Series | null {
    if (!this.#form.open) return null;
    return { times: numberIn(this.#times), length_s: numberIn(this.#length), pause_s: numberIn(this.#pause) };
  }
}

/** The number of a field, brought into its range. */
function numberIn({ value, min, max }: HTMLInputElement): number {
  return Math.round(Math.min(Math.max(Number(value), Number(min)), Number(max)));
}
