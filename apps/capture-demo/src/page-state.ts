import type { Problem } from './problem.js';
import type { Recording } from './recording.js';
import type { RunningSeries } from './series.js';

/** A session that session_manager has started, with its user. */
export interface Session {
  readonly user_id: string;
  readonly session_id: string;
}

/** A recording that is shown: it has just arrived, or is looked at again. */
export interface Delivered {
  readonly kind: 'completed';
  readonly capture_id: string;
}

/** What the page's last undertaking came to, until there is another. */
export type Outcome = Delivered | Problem;

/** A session, and its recordings that arrived and were not discarded, oldest first. */
export interface WithSession {
  readonly session: Session;
  readonly recordings: readonly Recording[];
}

/** What is recorded. */
export interface Take {
  /** The word that is meant; empty if none was given. */
  readonly intent: string;
  /** Null for a single recording, and for the last one of a series that was stopped. */
  readonly series: RunningSeries | null;
}

/**
 * The page, as one of its places. What a place does not have, it cannot show. `waiting`: pictures are on the way and nothing
 * moves in the network.
 */
export type Page =
  | { readonly at: 'signed_out'; readonly outcome: Problem | null }
  /** The name that was given resembles one that is known. */
  | { readonly at: 'asking_name'; readonly user_id: string; readonly known: string }
  | { readonly at: 'starting_session' }
  /** The camera is off. */
  | (WithSession & { readonly at: 'ready'; readonly outcome: Outcome | null })
  | (WithSession & { readonly at: 'opening_camera' })
  /** The camera is on, and stays so in all places below but the last. */
  | (WithSession & { readonly at: 'previewing'; readonly outcome: Outcome | null })
  /** Whole seconds until the capture starts. */
  | (WithSession & Take & { readonly at: 'counting'; readonly seconds: number })
  | (WithSession & Take & { readonly at: 'capturing'; readonly waiting: boolean })
  /** Everything was sent, the server's verdict is awaited. */
  | (WithSession & Take & { readonly at: 'closing'; readonly waiting: boolean })
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

/** The session's recordings that the page has. */
export function recordingsIn(page: Page): readonly Recording[] {
  return 'recordings' in page ? page.recordings : [];
}

/** The recording that is shown, if there is one. */
export function deliveredIn(page: Page): Recording | null {
  const outcome = outcomeOf(page);
  if (outcome?.kind !== 'completed') return null;
  return recordingsIn(page).find(({ capture_id }) => capture_id === outcome.capture_id) ?? null;
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
