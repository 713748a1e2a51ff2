import type { CaptureLimits } from '@a3cp/capture-domain';
import type { CaptureState } from '../../../libs/capture-domain/src/capture/state.js';
import { connected, type ModelState } from './model-state.js';
import type { Move } from './move.js';
import { MOVES } from './moves.js';
import type { Rules } from './rules.js';
import { StateKeys } from './state-key.js';
import { step } from './step.js';
import { Violation } from './violation.js';

// a global costs a slow look-up in Jest's sandbox
const { max, trunc } = Math;

/** A move that is possible in a state, and the number of the state it leads to. */
export interface Edge {
  readonly move: Move;
  readonly to: number;
}

/**
 * Every state that any order of moves can reach, found breadth first: a state with a higher number takes no fewer moves to
 * reach. The constructor explores them all and throws the first Violation, so no shorter sequence of moves leads to one.
 */
export class StateSpace {
  /** Every verdict of a client. */
  readonly verdicts = new Set<string>();
  /** Every `error_code` of an end. */
  readonly end_codes = new Set<string>();
  /** The most of a capture that any state has. */
  readonly peak = { frames: 0, bytes: 0, buffered_frames: 0, buffered_bytes: 0 };
  readonly #keys: StateKeys;
  readonly #numbers = new Map<number, Map<number, number>>();
  readonly #phases: CaptureState['phase'][] = [];
  /** For each state the number of the one it was found from, and the index of the move. */
  readonly #parents: number[] = [];
  readonly #found_by: number[] = [];
  /** The edges of all states, each packed into one number, and the place at which those of each state begin. */
  readonly #edges: number[] = [];
  readonly #first_edge: number[] = [];

  constructor(
    private readonly rules: Rules,
    private readonly limits: CaptureLimits,
    private readonly moves: readonly Move[] = MOVES,
  ) {
    this.#keys = new StateKeys(limits);
    const first = connected(rules);
    this.#numberOf(first, -1, -1);
    let frontier = [first];
    let number = 0;
    while (frontier.length > 0) {
      const found: ModelState[] = [];
      for (const state of frontier) this.#expand(number++, state, found);
      frontier = found;
    }
    this.#first_edge.push(this.#edges.length);
  }

  get size(): number {
    return this.#parents.length;
  }

  phaseOf(number: number): CaptureState['phase'] {
    return this.#phases[number] ?? 'closed';
  }

  /** The edges from a state; none from one that is closed. */
  edgesOf(number: number): readonly Edge[] {
    return this.#edges
      .slice(this.#first_edge[number], this.#first_edge[number + 1])
      .map((edge) => ({ move: this.#moveAt(edge % this.moves.length), to: trunc(edge / this.moves.length) }));
  }

  /** The shortest sequence of moves that leads to a state. */
  pathTo(number: number): readonly Move[] {
    const path: Move[] = [];
    for (let at = number; at > 0; at = this.#parents[at] ?? 0) path.unshift(this.#moveAt(this.#found_by[at] ?? 0));
    return path;
  }

  #expand(number: number, state: ModelState, found: ModelState[]): void {
    this.#first_edge.push(this.#edges.length);
    this.#phases.push(state.capture.phase);
    if (state.capture.phase === 'closed') return;
    const is_read = this.rules.acceptsInput(state.capture);
    for (let index = 0; index < this.moves.length; index++) {
      const move = this.#moveAt(index);
      if (!move.isPossible(state, is_read)) continue;
      const next = this.#step(number, state, move);
      const { size } = this;
      const to = this.#numberOf(next, number, index);
      if (to === size) found.push(next);
      this.#edges.push(to * this.moves.length + index);
    }
  }

  #step(number: number, state: ModelState, move: Move): ModelState {
    try {
      const next = step(state, move, this.rules, this.limits);
      this.#cover(next);
      return next;
    } catch (error) {
      if (!(error instanceof Violation)) throw error;
      throw new Violation(error.fault, [...this.pathTo(number), move]);
    }
  }

  #cover({ verdict, end_code, capture }: ModelState): void {
    if (verdict !== null) this.verdicts.add(verdict);
    if (end_code !== null) this.end_codes.add(end_code);
    if (capture.phase !== 'active') return;
    const { peak } = this;
    peak.frames = max(peak.frames, capture.accepted_frames);
    peak.bytes = max(peak.bytes, capture.accepted_bytes);
    peak.buffered_frames = max(peak.buffered_frames, capture.buffered_frames);
    peak.buffered_bytes = max(peak.buffered_bytes, capture.buffered_bytes);
  }

  #moveAt(index: number): Move {
    return this.moves[index] as Move;
  }

  /** The number of a state, which is a new one if no state with its key was found before. */
  #numberOf(state: ModelState, parent: number, found_by: number): number {
    const { environment, capture } = this.#keys.keyOf(state);
    let numbers = this.#numbers.get(environment);
    if (!numbers) this.#numbers.set(environment, (numbers = new Map<number, number>()));
    const known = numbers.get(capture);
    if (known !== undefined) return known;
    const { size } = this;
    numbers.set(capture, size);
    this.#parents.push(parent);
    this.#found_by.push(found_by);
    return size;
  }
}
