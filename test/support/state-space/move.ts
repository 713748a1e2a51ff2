import type { CaptureEvent } from '../../../libs/capture-domain/src/capture/event.js';
import type { ModelState } from './model-state.js';

/** Something that can happen in a state. */
export interface Move {
  /** How a counterexample names it. */
  readonly words: string;
  /** Whether it can happen now; `is_read` says whether the client's socket is read. */
  isPossible(state: ModelState, is_read: boolean): boolean;
  /** The event the rules are told; null if only time passes. */
  readonly event: ((state: ModelState) => CaptureEvent) | null;
  /** Changes the environment, before the rules are told. */
  happens?(state: ModelState): void;
  /** The call of a port that it answers, or the stream that it breaks: what a promise stands for. */
  readonly settles?: 'validate' | 'claim' | 'open' | 'forward' | 'end' | 'stream';
  /** Whether it is a message that must end the capture. */
  readonly is_invalid?: boolean;
  /** Whether other captures hold all the memory of the process that this one does not. */
  readonly is_crowded?: boolean;
}

/** The same move while other captures hold all other memory. */
export function crowded(move: Move): Move {
  return { ...move, words: `${move.words} while other captures hold all memory`, is_crowded: true };
}

/** The event of a move that is the same in every state. */
export function always(event: CaptureEvent): () => CaptureEvent {
  return () => event;
}
