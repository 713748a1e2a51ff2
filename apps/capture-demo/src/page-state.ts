import type { CompletedCapture } from '@a3cp/capture-client';
import type { Problem } from './problem.js';

/** A session that session_manager has started, and whose it is. */
export interface Session {
  readonly user_id: string;
  readonly session_id: string;
}

/** A capture that arrived whole, and how far its movement is. */
export interface Delivered extends CompletedCapture {
  /** Empty if none was given. */
  readonly intent: string;
  /** `unseen`: no hand was in the pictures; `unlooked`: this server looks for no landmarks. */
  readonly movement: 'awaited' | 'shown' | 'unseen' | 'unlooked' | 'unavailable';
}

/** What the page's last undertaking came to, until there is another. */
export type Outcome = Delivered | Problem;

interface WithSession {
  readonly session: Session;
}

/**
 * The page, as one of its places. What a place does not have, it cannot show. `waiting`: pictures are on the way and nothing
 * moves in the network.
 */
export type Page =
  | { readonly at: 'signed_out'; readonly outcome: Problem | null }
  | { readonly at: 'starting_session' }
  /** The camera is off. */
  | (WithSession & { readonly at: 'ready'; readonly outcome: Outcome | null })
  | (WithSession & { readonly at: 'opening_camera' })
  /** The camera is on, and stays so in all places below but the last. */
  | (WithSession & { readonly at: 'previewing'; readonly outcome: Outcome | null })
  /** Whole seconds until the capture starts. */
  | (WithSession & { readonly at: 'counting'; readonly intent: string; readonly seconds: number })
  | (WithSession & { readonly at: 'capturing'; readonly intent: string; readonly waiting: boolean })
  /** Everything was sent, the server's verdict is awaited. */
  | (WithSession & { readonly at: 'closing'; readonly intent: string; readonly waiting: boolean })
  /** The camera is off. */
  | (WithSession & { readonly at: 'ending_session' });

/** The page in one word. */
export type Status = 'idle' | 'previewing' | 'capturing' | 'closing' | 'done' | 'aborted' | 'error';

/** The page before anything happened. */
export const FIRST_PAGE: Page = { at: 'signed_out', outcome: null };

/** What the last undertaking came to; null while there is another, or none was. */
export function outcomeOf(page: Page): Outcome | null {
  return 'outcome' in page ? page.outcome : null;
}

/** What went wrong, if that is how the last undertaking ended. */
export function problemIn(page: Page): Problem | null {
  const outcome = outcomeOf(page);
  return outcome && outcome.kind !== 'completed' ? outcome : null;
}

/** The capture that arrived whole, if that is how the last undertaking ended. */
export function deliveredIn(page: Page): Delivered | null {
  const outcome = outcomeOf(page);
  return outcome?.kind === 'completed' ? outcome : null;
}

/** The page in one word: what it came to, else what it does. */
export function statusOf(page: Page): Status {
  const outcome = outcomeOf(page);
  if (outcome) return outcome.kind === 'completed' ? 'done' : outcome.kind;
  switch (page.at) {
    case 'capturing':
    case 'closing':
      return page.at;
    case 'previewing':
    case 'counting':
      return 'previewing';
    default:
      return 'idle';
  }
}
