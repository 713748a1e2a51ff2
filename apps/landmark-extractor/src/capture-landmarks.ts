import type { Clock } from '@a3cp/capture-domain';
import { EventEmitter } from 'node:events';
import type { FrameResult } from './landmarks/frame-result.js';

/** How far the landmarks of a capture have come. docs/integration/landmarks.md. */
export interface LandmarkNumbers {
  /** `off` if none are looked for. */
  readonly landmark_state: LandmarkState | 'off';
  /** Frames looked at. */
  readonly processed: number;
  /** Those of them with a pose or a face. */
  readonly with_person: number;
  /** Frames looked at for each second from the first that came to the last that was done, two decimals; null before the second. */
  readonly landmark_rate: number | null;
}

/** The numbers of a capture without landmarks. */
export const NO_LANDMARKS: LandmarkNumbers = {
  landmark_state: 'off',
  processed: 0,
  with_person: 0,
  landmark_rate: null,
};

/** `running` until nothing more will come; `failed` if some frames were left out; `dropped` once only the numbers are left. */
type LandmarkState = 'running' | 'complete' | 'failed' | 'dropped';

/** What was found in the frames of one capture, while they come in and after. docs/integration/landmarks.md. */
export class CaptureLandmarks {
  /** Emits `change` when there is a new {@link latest} or another {@link state}. */
  readonly changes = new EventEmitter<{ change: [] }>().setMaxListeners(0);
  #results: FrameResult[] = [];
  #state: LandmarkState = 'running';
  #latest: FrameResult | null = null;
  #processed = 0;
  #with_person = 0;
  #first_at: number | null = null;
  #last_at = 0;

  constructor(private readonly clock: Clock) {}

  get state(): LandmarkState {
    return this.#state;
  }

  /** Of the newest frame that is done. */
  get latest(): FrameResult | null {
    return this.#latest;
  }

  /** All there are, in the order of the frames. */
  get results(): readonly FrameResult[] {
    return this.#results.toSorted((a, b) => a.seq - b.seq);
  }

  /** A frame came in and will be looked at. */
  expect(): void {
    this.#first_at ??= this.clock.now();
  }

  add(result: FrameResult): void {
    this.#results.push(result);
    this.#processed += 1;
    if (result.pose ?? result.face) this.#with_person += 1;
    this.#last_at = this.clock.now();
    if (this.#latest && result.seq < this.#latest.seq) return;
    this.#latest = result;
    this.changes.emit('change');
  }

  end(state: 'complete' | 'failed'): void {
    this.#state = state;
    this.changes.emit('change');
  }

  /** Forgets all but the numbers. */
  drop(): void {
    this.#results = [];
    this.#latest = null;
    this.#state = 'dropped';
    this.changes.emit('change');
  }

  numbers(): LandmarkNumbers {
    const processed = this.#processed;
    const seconds = (this.#last_at - (this.#first_at ?? 0)) / 1000;
    const landmark_rate = processed > 1 && seconds > 0 ? Math.round((processed / seconds) * 100) / 100 : null;
    return { landmark_state: this.#state, processed, with_person: this.#with_person, landmark_rate };
  }
}
