/** Several recordings in a row that start and stop by themselves. */
export interface Series {
  readonly times: number;
  /** Length of each recording. */
  readonly length_s: number;
  /** Time between two of them. */
  readonly pause_s: number;
}

/** A running series. */
export interface RunningSeries extends Series {
  /** The recording that is made or comes next, from 1. */
  readonly nth: number;
}
